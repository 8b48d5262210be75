use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use url::Url;
use whatscrap_kernel::Blobs;

use super::Secret;
use super::values::web_address;
use crate::Failure;

const NOT_BUILT_IN: &str = "this build has no S3: leave it unset, or build with --features s3";

/// A bucket for files, which several nodes share.
#[derive(Debug, Clone, Args)]
pub struct S3 {
    /// Bucket of S3-compatible storage for files, instead of the folder; in builds with feature s3
    #[arg(long, env)]
    pub s3_bucket: Option<String>,

    /// Address of that storage, as https://s3.example.com [default: the one of AWS in the region]
    #[arg(long, env, value_parser = web_address)]
    pub s3_endpoint: Option<Url>,

    /// Region of the bucket
    #[arg(long, env, default_value = "us-east-1")]
    pub s3_region: String,

    /// Whose key reads and writes there
    #[arg(long, env)]
    pub s3_access_key_id: Option<String>,

    /// The secret of that key
    #[arg(long, env, hide_env_values = true)]
    pub s3_secret_access_key: Option<Secret>,
}

impl S3 {
    /// The bucket, if there is one.
    pub fn bucket(&self) -> Option<&str> {
        self.s3_bucket.as_deref().filter(|name| !name.is_empty())
    }

    /// Refuses a bucket that could not be used.
    pub fn check(&self) -> Result<(), Failure> {
        if self.bucket().is_none() {
            return Ok(());
        }
        if !cfg!(feature = "s3") {
            return Err(Failure::setting("S3_BUCKET", NOT_BUILT_IN));
        }
        for (name, is_there) in [
            ("S3_ACCESS_KEY_ID", self.s3_access_key_id.is_some()),
            ("S3_SECRET_ACCESS_KEY", self.s3_secret_access_key.is_some()),
        ] {
            if !is_there {
                return Err(Failure::setting(name, "S3_BUCKET needs it"));
            }
        }
        Ok(())
    }

    /// Files in that bucket, with a folder for what is coming in.
    #[cfg(feature = "s3")]
    pub fn blobs(&self, bucket: &str, spool: PathBuf) -> Result<Arc<dyn Blobs>, Failure> {
        let secret = self.s3_secret_access_key.as_ref();
        let bucket = whatscrap_platform::S3 {
            bucket,
            endpoint: self.s3_endpoint.as_ref().map(Url::as_str),
            region: &self.s3_region,
            access_key_id: self.s3_access_key_id.as_deref().unwrap_or_default(),
            secret_access_key: secret.map(Secret::reveal).unwrap_or_default(),
        };
        let blobs = bucket.blobs(spool).map_err(Failure::cannot)?;
        Ok(Arc::new(blobs))
    }

    /// Files in no bucket: [`S3::check`] refuses one.
    #[cfg(not(feature = "s3"))]
    pub fn blobs(&self, _: &str, _: PathBuf) -> Result<Arc<dyn Blobs>, Failure> {
        Err(Failure::setting("S3_BUCKET", NOT_BUILT_IN))
    }
}

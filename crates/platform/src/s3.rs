use std::path::PathBuf;
use std::sync::Arc;

use object_store::aws::{AmazonS3, AmazonS3Builder};
use tokio_rustls::rustls::crypto::ring;
use whatscrap_kernel::BackendError;

use crate::ObjectBlobs;

/// A bucket, and who may use it.
pub struct S3<'a> {
    /// Its name.
    pub bucket: &'a str,
    /// Where it is, if not with AWS; the bucket is the first part of paths there.
    pub endpoint: Option<&'a str>,
    /// Where it is with AWS.
    pub region: &'a str,
    /// Whose key.
    pub access_key_id: &'a str,
    /// The secret of that key.
    pub secret_access_key: &'a str,
}

impl S3<'_> {
    /// The bucket as a store of blobs, with a folder of this machine for what is coming in. It is
    /// not asked for anything yet.
    pub fn blobs(&self, spool: PathBuf) -> Result<ObjectBlobs, BackendError> {
        let store = self.store().map_err(BackendError::new)?;
        Ok(ObjectBlobs::new(Arc::new(store), spool))
    }

    fn store(&self) -> object_store::Result<AmazonS3> {
        // Of two providers in one process the first stays: both are this one.
        let _ = ring::default_provider().install_default();
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(self.bucket)
            .with_region(self.region)
            .with_access_key_id(self.access_key_id)
            .with_secret_access_key(self.secret_access_key);
        if let Some(endpoint) = self.endpoint {
            builder = builder
                .with_endpoint(endpoint.trim_end_matches('/'))
                .with_allow_http(endpoint.starts_with("http://"));
        }
        builder.build()
    }
}

#[cfg(test)]
mod tests {
    use object_store::prefix::PrefixStore;
    use whatscrap_kernel::{Blobs, Ids};

    use super::*;
    use crate::UuidV7;

    /// A corner of the bucket that the environment names, if it does.
    fn in_a_bucket() -> Option<(Arc<dyn Blobs>, tempfile::TempDir)> {
        let said = |name: &str| std::env::var(format!("TEST_S3_{name}")).ok();
        let (endpoint, bucket) = (said("ENDPOINT")?, said("BUCKET")?);
        let (id, secret) = (said("ACCESS_KEY_ID")?, said("SECRET_ACCESS_KEY")?);
        let bucket = S3 {
            bucket: &bucket,
            endpoint: Some(&endpoint),
            region: "us-east-1",
            access_key_id: &id,
            secret_access_key: &secret,
        };
        let corner = PrefixStore::new(bucket.store().unwrap(), UuidV7.next().to_string());
        let spool = tempfile::tempdir().unwrap();
        let blobs = ObjectBlobs::new(Arc::new(corner), spool.path().to_owned());
        Some((Arc::new(blobs), spool))
    }

    whatscrap_kernel::blobs_contract!(
        bucket,
        match in_a_bucket() {
            Some(ready) => ready,
            None => return,
        }
    );

    #[tokio::test]
    async fn a_large_blob_goes_up_in_parts() {
        let Some((blobs, _spool)) = in_a_bucket() else {
            return;
        };
        crate::object_blobs::tests::keeps_a_large_blob(&*blobs).await;
    }
}

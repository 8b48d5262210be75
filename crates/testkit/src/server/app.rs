//! STUB
use crate::server::site::Site;
use std::ops::Deref;
/// x
#[derive(Debug)]
pub struct App {
    site: Site,
}
impl App {
    /// x
    pub async fn on_sqlite() -> Self {
        std::future::ready(()).await;
        Self {
            site: Site::at("http://127.0.0.1:1"),
        }
    }
    /// x
    pub async fn on_postgresql() -> Option<Self> {
        std::future::ready(()).await;
        None
    }
    /// x
    pub async fn drain(&self) {
        std::future::ready(()).await;
    }
}
impl Deref for App {
    type Target = Site;
    fn deref(&self) -> &Site {
        &self.site
    }
}

use axum::extract::DefaultBodyLimit;
use axum::routing::get;
use axum::{Router, middleware};
use tower_cookies::CookieManagerLayer;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};

use crate::problem::Problem;
use crate::{
    Server, api, assets, cross_site, files, headers, health, observe, pages, pictures, ws,
};

/// The most bytes of a request's body.
const MAX_BODY: usize = 64 << 10;

/// Everything the server answers.
pub fn router(server: Server) -> Router {
    let api = Router::from(api::routes())
        .route("/ws", get(ws::upgrade))
        .route("/openapi.json", get(api::document))
        .fallback(async || Problem::not_found())
        .method_not_allowed_fallback(api::method_not_allowed);
    Router::new()
        .nest("/api/v1", api)
        .merge(pages::routes(&server))
        .merge(assets::routes())
        .merge(pictures::routes())
        .merge(files::routes())
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/version", get(health::version))
        .fallback(pages::not_found)
        .layer(middleware::from_fn_with_state(
            server.clone(),
            cross_site::refuse,
        ))
        .layer(CookieManagerLayer::new())
        .layer(DefaultBodyLimit::max(MAX_BODY))
        // A page that is seen once is not worth more: three times the work saves a tenth.
        .layer(
            CompressionLayer::new()
                .quality(CompressionLevel::Fastest)
                .compress_when(not_files()),
        )
        .layer(middleware::from_fn_with_state(
            server.clone(),
            observe::request,
        ))
        .layer(middleware::from_fn_with_state(server.clone(), headers::add))
        .layer(server.config.client_ip_source.clone().into_extension())
        .with_state(server)
}

/// Files go out as they are, so that parts of them can be asked for.
fn not_files() -> impl Predicate {
    DefaultPredicate::new()
        .and(NotForContentType::const_new("application/octet-stream"))
        .and(NotForContentType::const_new("audio/"))
        .and(NotForContentType::const_new("video/"))
}

//! The two routes that every collection has: a page of it, and one of it. Written once; each resource says what is its own.

/// `GET` of a collection: a page, made from the service's answer.
macro_rules! list {
    ($(#[$doc:meta])* $path:literal as $operation:literal: $client:ident.$call:ident($request:ident) -> $page:ident) => {
        $(#[$doc])*
        #[utoipa::path(get, path = $path, operation_id = $operation, tag = "inbox",
            params($crate::http::answers::Paging), responses((status = 200, body = $page)))]
        pub(super) async fn list(
            $crate::http::clients::Desk(desk): $crate::http::clients::Desk,
            $crate::http::params::Params(page): $crate::http::params::Params<$crate::http::answers::Paging>,
        ) -> $crate::http::answers::Answer<$page> {
            let $crate::http::answers::Paging { page_size, page_token } = page;
            $crate::http::answers::whole(desk.$client().$call($request { page_size, page_token }).await?)
        }
    };
}

/// `GET` of one thing, with its etag if it has one.
macro_rules! read {
    ($(#[$doc:meta])* $path:literal as $operation:literal: $client:ident.$call:ident($request:ident { $id:ident }) -> $view:ident, $shape:ident) => {
        $(#[$doc])*
        #[utoipa::path(get, path = $path, operation_id = $operation, tag = "inbox", responses((status = 200, body = $view)))]
        pub(super) async fn read(
            $crate::http::clients::Desk(desk): $crate::http::clients::Desk,
            $crate::http::params::Id($id): $crate::http::params::Id,
        ) -> Result<impl axum::response::IntoResponse, $crate::http::problem::Problem> {
            $crate::http::answers::$shape::<_, $view>(desk.$client().$call($request { $id }).await?)
        }
    };
}

pub(super) use {list, read};

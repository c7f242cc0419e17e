//! A host like `stock`, with `wasmcloud:postgres` as wasmCloud implements it.

use tokio_postgres::{
    Client, Column, NoTls, Row,
    types::{IsNull, ToSql, Type, to_sql_checked},
};
use wasmtime::{
    Store,
    component::{HasSelf, Linker, ResourceTable},
};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView, default_hooks};

use crate::stock::ENGINE;
use bindings::wasmcloud::postgres::{
    query,
    types::{self, PgValue, QueryError, ResultRow, ResultRowEntry},
};
use bytes::BytesMut;

#[allow(missing_docs, unreachable_pub, unused_qualifications, clippy::all, reason = "generated")]
pub(crate) mod bindings {
    wasmtime::component::bindgen!({
        path: ["../crates/connector-host/wit", "../adapters/wit", "../adapters/provider/wit"],
        inline: "
            package test:provider;

            world provider {
                include kosha:provider/provider@0.2.0;
                include kosha:provider/store@0.2.0;
            }
        ",
        imports: { default: async },
        exports: { default: async },
        additional_derives: [PartialEq],
    });
}

/// The state of an instance.
pub(crate) struct Host {
    wasi: WasiCtx,
    http: WasiHttpCtx,
    table: ResourceTable,
    database: Client,
}

impl WasiView for Host {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for Host {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { ctx: &mut self.http, table: &mut self.table, hooks: default_hooks() }
    }
}

impl types::Host for Host {}

impl query::Host for Host {
    async fn query(&mut self, statement: String, values: Vec<PgValue>) -> Result<Vec<ResultRow>, QueryError> {
        let values: Vec<_> = values.into_iter().map(Parameter).collect();
        let values: Vec<&(dyn ToSql + Sync)> = values.iter().map(|it| it as _).collect();
        let rows = self.database.query(&statement, &values).await;
        // wasmCloud says no more than this.
        let rows = rows.map_err(|_| QueryError::Unexpected("failed to execute query".to_owned()))?;
        Ok(rows.iter().map(columns).collect())
    }
}

/// Returns a store for an instance with these environment variables, and a connection to a database.
pub(crate) async fn store(database: &str, variables: &[(&str, &str)]) -> Store<Host> {
    let wasi = WasiCtx::builder().inherit_stderr().envs(variables).build();
    let database = connect(database).await;
    Store::new(&ENGINE, Host { wasi, http: WasiHttpCtx::new(), table: ResourceTable::new(), database })
}

/// Returns what the host gives a component.
pub(crate) fn linker() -> Linker<Host> {
    let mut linker = Linker::new(&ENGINE);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker).unwrap();
    wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker).unwrap();
    query::add_to_linker::<Host, HasSelf<Host>>(&mut linker, |host| host).unwrap();
    linker
}

/// Runs statements.
pub(crate) async fn run(database: &str, statements: &str) {
    connect(database).await.batch_execute(statements).await.unwrap();
}

/// Returns the text that a statement selects.
pub(crate) async fn text(database: &str, statement: &str) -> String {
    connect(database).await.query_one(statement, &[]).await.unwrap().get(0)
}

async fn connect(database: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(database, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

#[derive(Debug)]
struct Parameter(PgValue);

type Bound = Result<IsNull, Box<dyn std::error::Error + Sync + Send>>;

impl ToSql for Parameter {
    fn to_sql(&self, to: &Type, bytes: &mut BytesMut) -> Bound {
        match &self.0 {
            PgValue::Null => Ok(IsNull::Yes),
            PgValue::BigInt(number) => number.to_sql(to, bytes),
            PgValue::Text(text) => text.to_sql(to, bytes),
            PgValue::Bytea(all) => all.to_sql(to, bytes),
            other => panic!("unexpected: {other:?}"),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

fn columns(row: &Row) -> ResultRow {
    let entry = |(index, column): (usize, &Column)| {
        let value = match *column.type_() {
            Type::INT8 => row.get::<_, Option<i64>>(index).map(PgValue::Int8),
            Type::TEXT => row.get::<_, Option<String>>(index).map(PgValue::Text),
            Type::BYTEA => row.get::<_, Option<Vec<u8>>>(index).map(PgValue::Bytea),
            ref other => panic!("a column has the type {other}"),
        };
        ResultRowEntry { column_name: column.name().to_owned(), value: value.unwrap_or(PgValue::Null) }
    };
    row.columns().iter().enumerate().map(entry).collect()
}

//! Everything that the tables hold of one workspace, to see that nothing of it changed.
//!
//! Reads every table that has a workspace's column, whatever it is called: a new one is looked at the day it is made.

use std::time::Duration;

use baton_kit::{
    data::{Database, DatabaseOptions, Engine},
    life::{clock::SharedClock, ids::WorkspaceId, lifecycle::Lifecycle},
};
use sea_orm::{ConnectionTrait as _, Statement};

use super::{letters, stations::DOORS};

/// A workspace settles when nothing of it changed for so long.
const SETTLED: Duration = Duration::from_millis(700);
const LOOKS: usize = 40;

/// The tables of all services.
pub struct Tables {
    services: Vec<(&'static str, Database)>,
    clock: SharedClock,
}

impl Tables {
    /// Opens what the suite has made; `url` says where a service's data is.
    pub async fn open(url: impl Fn(&str) -> String, life: &Lifecycle, clock: SharedClock) -> Self {
        let mut services = Vec::new();
        for service in DOORS {
            let options = DatabaseOptions { url: url(service).into(), service, pool_size: 1 };
            let database = Database::open(&options, life, clock.clone()).await.expect("the suite's database");
            services.push((service, database));
        }
        Self { services, clock }
    }

    /// A fact of each service that these consumers gave up: by service, its place in the log.
    pub async fn dead_letters(&self, consumers: &[&'static str]) -> Vec<(&'static str, i64)> {
        let mut places = Vec::new();
        for (service, database) in &self.services {
            places.push((*service, letters::give_up(database, &self.clock, consumers).await));
        }
        places
    }

    /// Every row of a workspace, as text.
    pub async fn of(&self, workspace: WorkspaceId) -> Vec<String> {
        let mut rows = Vec::new();
        for (service, database) in &self.services {
            for table in tables(database).await {
                let found = rows_of(database, &table, workspace).await;
                rows.extend(found.into_iter().map(|row| format!("{service}.{table}: {row}")));
            }
        }
        rows
    }

    /// The rows of a workspace once what was begun in it has come to its end.
    pub async fn settled(&self, workspace: WorkspaceId) -> Vec<String> {
        let mut before = self.of(workspace).await;
        for _ in 0..LOOKS {
            self.clock.sleep(SETTLED).await;
            let now = self.of(workspace).await;
            if now == before {
                return now;
            }
            before = now;
        }
        panic!("the workspace does not come to rest");
    }
}

async fn texts(database: &Database, sql: String) -> Vec<String> {
    let reader = database.reader();
    let rows = reader.query_all_raw(Statement::from_string(reader.get_database_backend(), sql)).await;
    rows.expect("rows").iter().map(|row| row.try_get_by_index(0).expect("a text")).collect()
}

async fn tables(database: &Database) -> Vec<String> {
    let sql = match database.engine() {
        Engine::Sqlite => {
            "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c \
             WHERE m.type = 'table' AND c.name = 'workspace_id' ORDER BY 1"
        }
        Engine::Postgres => {
            "SELECT table_name::text FROM information_schema.columns \
             WHERE table_schema = current_schema() AND column_name = 'workspace_id' ORDER BY 1"
        }
    };
    texts(database, sql.to_owned()).await
}

async fn rows_of(database: &Database, table: &str, workspace: WorkspaceId) -> Vec<String> {
    let id = workspace.uuid();
    let sql = match database.engine() {
        Engine::Sqlite => {
            let columns = format!("SELECT name FROM pragma_table_info('{table}')");
            let columns = texts(database, columns).await;
            let quoted: Vec<String> =
                columns.iter().map(|column| format!("'{column}=' || quote(\"{column}\")")).collect();
            let row = quoted.join(" || ' ' || ");
            format!("SELECT {row} FROM \"{table}\" WHERE workspace_id = X'{}' ORDER BY 1", id.simple())
        }
        Engine::Postgres => {
            format!("SELECT t::text FROM \"{table}\" t WHERE workspace_id = '{id}' ORDER BY 1")
        }
    };
    texts(database, sql).await
}

//! The two schemas are the same schema, and every statement of the program is understood by both engines.

mod engines;
mod statements;

use std::collections::BTreeSet;

use trunkline_store::{Row, Store, Tx, sql};

use self::engines::Engines;
use super::MIGRATIONS;

/// Fewer statements than this cannot be all of the program.
const STATEMENTS_MIN: usize = 100;

/// The log is read in the order of transactions on PostgreSQL, where several commit at a time.
const KEYS_THAT_DIFFER: &[&str] = &["events_pkey"];

/// A column type of SQLite and the types of PostgreSQL that it stands for.
const TYPES: &[(&str, &[&str])] = &[
    ("integer", &["bigint", "boolean", "timestamp with time zone"]),
    ("text", &["text", "jsonb"]),
    ("blob", &["uuid", "bytea"]),
    ("real", &["double precision"]),
];

#[tokio::test]
async fn every_statement_is_understood_by_both_engines() {
    let statements = statements::all();
    assert!(statements.len() >= STATEMENTS_MIN, "only {} statements were found", statements.len());
    let engines = Engines::start().await;
    let mut problems = Vec::new();
    for statement in statements {
        let sqlite = check(&engines.sqlite, statement.sqlite.clone()).await;
        let postgres = check(&engines.postgres, statement.postgres.clone()).await;
        if sqlite.is_err() || sqlite != postgres {
            problems.push(format!("{statement}\n  SQLite: {sqlite:?}\n  PostgreSQL: {postgres:?}"));
        }
    }
    assert!(problems.is_empty(), "{} statements are wrong:\n{}", problems.len(), problems.join("\n"));
}

/// The number of parameters that the statement takes, which must be the same on both engines.
async fn check(store: &Store, text: String) -> Result<usize, String> {
    // Each in a transaction of its own: PostgreSQL gives one up at the first error.
    store.read(move |tx| tx.check_text(&text)).await.map_err(|error| error.to_string())
}

/// What a query gives on each engine, without regard to order.
struct Both<T> {
    sqlite: BTreeSet<T>,
    postgres: BTreeSet<T>,
}

impl<T: Ord + Send + std::fmt::Debug + 'static> Both<T> {
    async fn read(engines: &Engines, query: fn(&mut Tx<'_>) -> trunkline_store::Result<Vec<T>>) -> Self {
        Both {
            sqlite: engines.sqlite.read(query).await.unwrap().into_iter().collect(),
            postgres: engines.postgres.read(query).await.unwrap().into_iter().collect(),
        }
    }

    fn assert_equal(&self) {
        let only = |these: &BTreeSet<T>, those: &BTreeSet<T>| -> String {
            these.difference(those).map(|item| format!("\n  {item:?}")).collect()
        };
        assert!(
            self.sqlite == self.postgres,
            "only on SQLite:{}\nonly on PostgreSQL:{}",
            only(&self.sqlite, &self.postgres),
            only(&self.postgres, &self.sqlite)
        );
        assert!(!self.sqlite.is_empty());
    }
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct ColumnOf {
    table: String,
    name: String,
    kind: String,
    required: bool,
    has_default: bool,
}

fn columns(tx: &mut Tx<'_>) -> trunkline_store::Result<Vec<ColumnOf>> {
    let read = |row: &Row<'_>| {
        Ok(ColumnOf {
            table: row.get(0)?,
            name: row.get(1)?,
            kind: row.get(2)?,
            required: row.get(3)?,
            has_default: row.get(4)?,
        })
    };
    tx.query(
        sql!(
            // In a strict table the columns of the primary key are required without saying so. A number that is
            // the primary key is given by SQLite.
            sqlite: "select t.name, c.name, lower(c.type), c.\"notnull\" or c.pk > 0, \
                     c.dflt_value is not null or (c.pk > 0 and lower(c.type) = 'integer' and \
                     not exists (select 1 from pragma_index_list(t.name) where origin = 'pk')) \
                     from pragma_table_list t join pragma_table_info(t.name) c \
                     where t.schema = 'main' and t.type = 'table' and t.name <> 'schema_migrations' \
                     and t.name not like 'sqlite\\_%' escape '\\'",
            postgres: "select table_name::text, column_name::text, data_type::text, is_nullable = 'NO', \
                       column_default is not null or is_identity = 'YES' from information_schema.columns \
                       where table_schema = current_schema() and table_name <> 'schema_migrations'"
        ),
        &[],
        read,
    )
}

#[tokio::test]
async fn tables_and_columns_agree() {
    let both = Both::read(&Engines::start().await, columns).await;
    let nameless = |columns: &BTreeSet<ColumnOf>| {
        columns.iter().map(|column| ColumnOf { kind: String::new(), ..column.clone() }).collect()
    };
    Both { sqlite: nameless(&both.sqlite), postgres: nameless(&both.postgres) }.assert_equal();
    for (one, other) in both.sqlite.iter().zip(&both.postgres) {
        let known = TYPES.iter().find(|(kind, _)| *kind == one.kind);
        let fits = known.is_some_and(|(_, kinds)| kinds.contains(&other.kind.as_str()));
        assert!(
            fits,
            "{}.{} is {} on SQLite and {} on PostgreSQL",
            one.table, one.name, one.kind, other.kind
        );
    }
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct IndexOf {
    table: String,
    name: String,
    unique: bool,
    /// In order, with commas between them.
    columns: String,
    /// Of a partial index; else empty.
    condition: String,
}

fn indexes(tx: &mut Tx<'_>) -> trunkline_store::Result<Vec<IndexOf>> {
    let read = |row: &Row<'_>| {
        Ok(IndexOf {
            table: row.get(0)?,
            name: row.get(1)?,
            unique: row.get(2)?,
            columns: row.get(3)?,
            condition: plain(&row.get::<String>(4)?),
        })
    };
    tx.query(
        sql!(
            sqlite: "select t.name, i.name, i.\"unique\", \
                     (select group_concat(name, ',') from (select name from pragma_index_info(i.name) order by seqno)), \
                     case when i.partial then substr(s.sql, instr(lower(s.sql), ' where ') + 7) else '' end \
                     from pragma_table_list t join pragma_index_list(t.name) i \
                     join sqlite_schema s on s.type = 'index' and s.name = i.name \
                     where t.schema = 'main' and t.type = 'table' and i.origin <> 'pk' \
                     union all \
                     select t.name, t.name || '_pkey', true, \
                     (select group_concat(name, ',') from (select name from pragma_table_info(t.name) where pk > 0 order by pk)), \
                     '' from pragma_table_list t \
                     where t.schema = 'main' and t.type = 'table' and t.name not like 'sqlite\\_%' escape '\\'",
            postgres: "select t.relname::text, c.relname::text, i.indisunique, \
                       (select string_agg(a.attname, ',' order by k.place) \
                       from unnest(i.indkey) with ordinality k (number, place) \
                       join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number), \
                       coalesce(pg_get_expr(i.indpred, i.indrelid), '') \
                       from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid \
                       where t.relnamespace = current_schema()::regnamespace"
        ),
        &[],
        read,
    )
}

/// A condition as both engines tell it: PostgreSQL adds brackets and writes words in capitals.
fn plain(condition: &str) -> String {
    let text = condition.to_lowercase().replace("::text", "").replace(['(', ')', '\n'], " ");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn indexes_agree() {
    let mut both = Both::read(&Engines::start().await, indexes).await;
    for indexes in [&mut both.sqlite, &mut both.postgres] {
        indexes.retain(|index| !KEYS_THAT_DIFFER.contains(&index.name.as_str()));
    }
    both.assert_equal();
}

/// SQLite tells a conflict by the columns, and the store makes the name of the index from them.
#[tokio::test]
async fn unique_indexes_are_named_after_their_columns() {
    let both = Both::read(&Engines::start().await, indexes).await;
    for index in both.sqlite.iter().filter(|index| index.unique && !index.name.ends_with("_pkey")) {
        assert_eq!(index.name, format!("{}_{}_key", index.table, index.columns.replace(',', "_")));
    }
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct ReferenceOf {
    table: String,
    column: String,
    to_table: String,
    to_column: String,
    on_delete: String,
}

fn references(tx: &mut Tx<'_>) -> trunkline_store::Result<Vec<ReferenceOf>> {
    let read = |row: &Row<'_>| {
        Ok(ReferenceOf {
            table: row.get(0)?,
            column: row.get(1)?,
            to_table: row.get(2)?,
            to_column: row.get(3)?,
            on_delete: row.get(4)?,
        })
    };
    tx.query(
        sql!(
            sqlite: "select t.name, f.\"from\", f.\"table\", f.\"to\", lower(f.on_delete) \
                     from pragma_table_list t join pragma_foreign_key_list(t.name) f where t.schema = 'main'",
            postgres: "select r.conrelid::regclass::text, a.attname::text, r.confrelid::regclass::text, b.attname::text, \
                       case r.confdeltype when 'a' then 'no action' when 'c' then 'cascade' when 'n' then 'set null' \
                       else r.confdeltype::text end \
                       from pg_constraint r join unnest(r.conkey, r.confkey) k (own, other) on true \
                       join pg_attribute a on a.attrelid = r.conrelid and a.attnum = k.own \
                       join pg_attribute b on b.attrelid = r.confrelid and b.attnum = k.other \
                       where r.contype = 'f' and r.connamespace = current_schema()::regnamespace"
        ),
        &[],
        read,
    )
}

#[tokio::test]
async fn references_agree() {
    Both::read(&Engines::start().await, references).await.assert_equal();
}

/// Without `strict` SQLite would put any value into any column.
#[tokio::test]
async fn every_table_of_sqlite_is_strict() {
    let engines = Engines::start().await;
    let loose = |tx: &mut Tx<'_>| {
        tx.query(
            sql!(
                sqlite: "select name from pragma_table_list where schema = 'main' and type = 'table' and not strict \
                         and name not like 'sqlite\\_%' escape '\\'",
                postgres: "select 'none'"
            ),
            &[],
            |row| row.get::<String>(0),
        )
    };
    assert_eq!(engines.sqlite.read(loose).await.unwrap(), ["schema_migrations"]);
}

/// One check put off to the commit would, when it fails, take every write of SQLite's group commit with it.
#[test]
fn no_check_is_put_off_to_the_commit() {
    for migration in MIGRATIONS {
        for script in [migration.sqlite, migration.postgres] {
            assert!(!script.to_lowercase().contains("deferr"), "{}", migration.name);
        }
    }
}

#[test]
fn migrations_are_numbered_without_gaps() {
    for (position, migration) in (1_i64..).zip(MIGRATIONS) {
        assert_eq!(migration.version, position);
        assert!(migration.name.starts_with(&format!("{position:04}_")), "{}", migration.name);
    }
}

//! How a statement is asked, whichever database answers. Statements are written once, in the words that SQLite and PostgreSQL share:
//! placeholders are `?1`, integers have 64 bits, a truth is 0 or 1, JSON is text.

use std::cell::{Cell, RefCell};

use rusqlite::types::{ToSqlOutput, ValueRef};

use super::{StoreError, postgres};

/// One transaction: a snapshot when reading, alone when writing.
pub struct Tx<'a>(pub(super) Open<'a>);

/// Whose transaction it is.
pub(super) enum Open<'a> {
    Sqlite(&'a rusqlite::Connection),
    Postgres {
        client: RefCell<&'a mut ::postgres::Client>,
        /// PostgreSQL keeps nothing of a transaction in which a statement failed, and does not say so at its end.
        failed: &'a Cell<bool>,
    },
}

/// A value that a statement is given.
#[derive(Clone)]
pub(super) enum Value<'a> {
    Int(Option<i64>),
    Text(String),
    Bytes(&'a [u8]),
}

/// Values for the placeholders `?1`, `?2` and so on.
macro_rules! values {
    ($($value:expr),* $(,)?) => { &[$($crate::store::sql::Value::from($value)),*] };
}
pub(super) use values;

impl From<i64> for Value<'_> {
    fn from(value: i64) -> Self {
        Self::Int(Some(value))
    }
}

impl From<Option<i64>> for Value<'_> {
    fn from(value: Option<i64>) -> Self {
        Self::Int(value)
    }
}

/// Lengths and counts: no database has room for one that it cannot count.
impl From<u64> for Value<'_> {
    fn from(value: u64) -> Self {
        Self::Int(Some(i64::try_from(value).unwrap_or(i64::MAX)))
    }
}

impl From<&str> for Value<'_> {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<&String> for Value<'_> {
    fn from(value: &String) -> Self {
        Self::Text(value.clone())
    }
}

impl From<String> for Value<'_> {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(value: &'a [u8]) -> Self {
        Self::Bytes(value)
    }
}

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Int(value) => value.map_or(ValueRef::Null, ValueRef::Integer),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// A column of a row.
pub(super) enum Column {
    Null,
    Int(i64),
    Text(String),
    Bytes(Vec<u8>),
}

/// A row; a column is taken out once.
pub(super) struct Row(pub(super) Vec<Column>);

impl Row {
    fn take(&mut self, at: usize) -> Column {
        self.0.get_mut(at).map_or(Column::Null, |column| std::mem::replace(column, Column::Null))
    }

    pub(super) fn int(&mut self, at: usize) -> Result<i64, StoreError> {
        self.maybe_int(at)?.ok_or_else(|| another_type(at))
    }

    pub(super) fn maybe_int(&mut self, at: usize) -> Result<Option<i64>, StoreError> {
        match self.take(at) {
            Column::Int(value) => Ok(Some(value)),
            Column::Null => Ok(None),
            _ => Err(another_type(at)),
        }
    }

    pub(super) fn uint(&mut self, at: usize) -> Result<u64, StoreError> {
        u64::try_from(self.int(at)?).map_err(|_| another_type(at))
    }

    pub(super) fn flag(&mut self, at: usize) -> Result<bool, StoreError> {
        Ok(self.int(at)? != 0)
    }

    pub(super) fn text(&mut self, at: usize) -> Result<String, StoreError> {
        match self.take(at) {
            Column::Text(text) => Ok(text),
            _ => Err(another_type(at)),
        }
    }

    pub(super) fn bytes(&mut self, at: usize) -> Result<Vec<u8>, StoreError> {
        match self.take(at) {
            Column::Bytes(bytes) => Ok(bytes),
            _ => Err(another_type(at)),
        }
    }
}

fn another_type(at: usize) -> StoreError {
    StoreError::Damaged(format!("column {at} has another type"))
}

impl Tx<'_> {
    /// Changes something, and tells how many rows that were.
    pub(super) fn execute(&self, statement: &str, values: &[Value<'_>]) -> Result<u64, StoreError> {
        match &self.0 {
            Open::Sqlite(tx) => Ok(tx.prepare_cached(statement)?.execute(rusqlite::params_from_iter(values))? as u64),
            Open::Postgres { client, failed } => {
                postgres::execute(&mut client.borrow_mut(), statement, values).inspect_err(|_| failed.set(true))
            }
        }
    }

    /// Gives each row to `take` until it says that it has enough.
    pub(super) fn each(
        &self,
        query: &str,
        values: &[Value<'_>],
        mut take: impl FnMut(Row) -> Result<bool, StoreError>,
    ) -> Result<(), StoreError> {
        match &self.0 {
            Open::Sqlite(tx) => {
                let mut statement = tx.prepare_cached(query)?;
                let columns = statement.column_count();
                let mut rows = statement.query(rusqlite::params_from_iter(values))?;
                while let Some(row) = rows.next()? {
                    let read = |at| {
                        Ok(match row.get_ref(at)? {
                            ValueRef::Null => Column::Null,
                            ValueRef::Integer(value) => Column::Int(value),
                            ValueRef::Real(_) => return Err(another_type(at)),
                            ValueRef::Text(text) => Column::Text(String::from_utf8_lossy(text).into_owned()),
                            ValueRef::Blob(bytes) => Column::Bytes(bytes.to_owned()),
                        })
                    };
                    if !take(Row((0..columns).map(read).collect::<Result<_, _>>()?))? {
                        break;
                    }
                }
                Ok(())
            }
            Open::Postgres { client, failed } => {
                let mut taken = Ok(());
                let asked = postgres::each(&mut client.borrow_mut(), query, values, |row| match row.and_then(&mut take) {
                    Ok(more) => more,
                    Err(error) => {
                        taken = Err(error);
                        false
                    }
                });
                asked.inspect_err(|_| failed.set(true))?;
                taken
            }
        }
    }

    /// All rows, each read by `read`.
    pub(super) fn all<T>(
        &self,
        query: &str,
        values: &[Value<'_>],
        mut read: impl FnMut(Row) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut found = Vec::new();
        self.each(query, values, |row| {
            found.push(read(row)?);
            Ok(true)
        })?;
        Ok(found)
    }

    /// The first row, if there is one.
    pub(super) fn one(&self, query: &str, values: &[Value<'_>]) -> Result<Option<Row>, StoreError> {
        let mut found = None;
        self.each(query, values, |row| {
            found = Some(row);
            Ok(false)
        })?;
        Ok(found)
    }

    /// The number of a query that always has one, such as a count.
    pub(super) fn number(&self, query: &str, values: &[Value<'_>]) -> Result<i64, StoreError> {
        self.one(query, values)?.ok_or_else(|| StoreError::Damaged("a count gave nothing".into()))?.int(0)
    }
}

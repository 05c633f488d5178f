//! The migrations, in order, one script per engine. To change the schema, add a pair; never edit one.

#[cfg(test)]
mod tests;

use trunkline_store::Migration;

macro_rules! migration {
    ($version:literal, $name:literal) => {
        Migration {
            version: $version,
            name: $name,
            sqlite: include_str!(concat!("../../migrations/sqlite/", $name, ".sql")),
            postgres: include_str!(concat!("../../migrations/postgres/", $name, ".sql")),
        }
    };
}

/// Every migration of the product.
pub(crate) static MIGRATIONS: &[Migration] = &[
    migration!(1, "0001_first_walk"),
    migration!(2, "0002_delivery_engine"),
    migration!(3, "0003_cheap_steps"),
    migration!(4, "0004_figures_by_time"),
    migration!(5, "0005_hand_overs"),
    migration!(6, "0006_personas"),
    migration!(7, "0007_operators_pages"),
    migration!(8, "0008_lines"),
    migration!(9, "0009_whatsapp"),
    migration!(10, "0010_media"),
    migration!(11, "0011_alerts"),
    migration!(12, "0012_line_help"),
    migration!(13, "0013_content_templates"),
    migration!(14, "0014_emails"),
    migration!(15, "0015_files_sent"),
    migration!(16, "0016_mailboxes"),
];

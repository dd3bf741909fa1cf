//! A desk to import at: files in, counts and states out.

use guanxi_engine::import::{Counts, Imports};
use guanxi_engine::read::Selection;
use guanxi_model::{Actor, Result};
use guanxi_testing::{World, object};
use serde_json::Value as Json;
use tempfile::TempDir;

/// The imports of a world, with a folder of their own.
pub struct Desk {
    pub imports: Imports,
    pub folder: TempDir,
}

impl Desk {
    pub fn of(world: &World) -> Self {
        let folder = TempDir::new().unwrap();
        Self { imports: Imports::new(world.engine.clone(), folder.path().join("imports")), folder }
    }

    pub fn upload(&self, actor: &Actor, entity: &str, name: &str, bytes: &[u8]) -> Result<Json> {
        self.imports.may(actor, entity)?;
        let place = self.imports.place()?;
        std::fs::write(place.path(), bytes).unwrap();
        self.imports.add(actor, entity, place, name)
    }

    /// A file taken and settled, ready to run.
    pub fn ready(&self, actor: &Actor, entity: &str, text: &str, change: Json) -> i64 {
        let import = self.upload(actor, entity, "rows.csv", text.as_bytes()).unwrap();
        let id = id_of(&import);
        self.imports.change(actor, id, &object(change)).unwrap();
        id
    }

    pub fn run(&self, actor: &Actor, id: i64) -> Counts {
        self.imports.run_here(actor, id, &go_on).unwrap()
    }

    pub fn preview(&self, actor: &Actor, id: i64) -> Json {
        self.imports.preview_here(actor, id, &go_on).unwrap()
    }

    pub fn state(&self, actor: &Actor, id: i64) -> String {
        self.imports.show(actor, id).unwrap()["state"].as_str().unwrap().to_owned()
    }

    pub fn failed(&self, actor: &Actor, id: i64) -> String {
        let mut out = Vec::new();
        self.imports.failed_rows(actor, id, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    pub fn files(&self) -> usize {
        std::fs::read_dir(self.folder.path().join("imports")).map_or(0, |files| files.count())
    }
}

pub fn go_on(_: i64) -> Result<bool> {
    Ok(true)
}

pub fn id_of(import: &Json) -> i64 {
    import["id"].as_str().unwrap().parse().unwrap()
}

pub fn counts(created: i64, updated: i64, skipped: i64, failed: i64) -> Counts {
    Counts { created, updated, skipped, failed }
}

/// A file of this many specimens, each with a number of its own.
pub fn many(rows: usize) -> String {
    let lines: String = (0..rows).map(|n| format!("样本{n},{},c{n}\n", if n == 999 { 99_999 } else { n % 900 })).collect();
    format!("name,count,code\n{lines}")
}

pub fn count(world: &World, entity: &str, filter: &Json) -> i64 {
    use guanxi_engine::read::{CountMode, ListRequest};
    let selection = Selection { filter: Some(filter.to_string()), ..Selection::default() };
    let page =
        world.page(&world.admin, entity, &ListRequest { selection, count: CountMode::Exact, limit: Some(1), ..ListRequest::default() });
    page.unwrap()["count"]["value"].as_i64().unwrap()
}

/// Records with all their fields.
pub fn all(world: &World, entity: &str, filter: &Json) -> Vec<Json> {
    world.ids(&world.admin, entity, filter).unwrap().into_iter().map(|id| world.look(entity, id)).collect()
}

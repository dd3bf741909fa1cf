//! What a list shows: columns, the tables they need, and how a row becomes JSON.

use std::collections::BTreeMap;
use std::sync::Arc;

use guanxi_model::entity::EntityDef;
use guanxi_model::filter::{unknown_field, usable_field};
use guanxi_model::kind::Kind;
use guanxi_model::labels::{self, Lang};
use guanxi_model::system::{Notification, Right, Verb};
use guanxi_model::wire::{self, Cell};
use guanxi_model::{Catalog, Entity, Error, Filter, Result};
use guanxi_store::Row;
use guanxi_store::compile::{Join, Out};

use crate::rights::{Access, EntityAccess};

/// Deepest path of references in one column: `customer.owner.department.name`.
const PATH_DEPTH: usize = 4;
/// Most columns of one list.
const MAX_COLUMNS: usize = 200;

/// One column of the answer.
pub struct Column {
    /// The path as the caller gave it.
    pub name: String,
    pub kind: Kind,
    pub masked: bool,
    /// First cell in the row.
    pub(super) first: usize,
    /// Whether a second cell follows.
    pub(super) second: bool,
    /// Cell of the title, of references.
    pub(super) title: Option<usize>,
    /// The title may be shown only masked.
    pub(super) title_masked: bool,
    /// The definition, for labels.
    pub def: Arc<EntityDef>,
    pub field: usize,
}

/// A table joined by a reference.
struct Joined {
    from: usize,
    field: usize,
    def: Arc<EntityDef>,
    access: Arc<EntityAccess>,
}

/// Columns, joins, and where each stands in the row.
pub struct Plan {
    pub def: Arc<EntityDef>,
    pub columns: Vec<Column>,
    pub outs: Vec<Out>,
    joins: Vec<Joined>,
    /// Cells of the row taken by outputs; the keys of the order follow.
    pub width: usize,
    /// Columns of lines, each with what is shown of a line; read after the rows, for all of them at once.
    pub(super) lines: Vec<(usize, Plan)>,
    /// Columns of a notice that make its sentence, and the reader's language.
    sentence: Option<(usize, usize, Lang)>,
}

impl Plan {
    /// Plans columns by name: fields, or paths through references.
    pub fn new(access: &Access, def: &Arc<EntityDef>, names: &[String]) -> Result<Self> {
        if names.len() > MAX_COLUMNS {
            return Err(Error::malformed("fields", "too_many_values"));
        }
        let mut plan = Self {
            def: def.clone(),
            columns: Vec::new(),
            outs: Vec::new(),
            joins: Vec::new(),
            width: 0,
            lines: Vec::new(),
            sentence: None,
        };
        for name in names {
            plan.column(access, name)?;
        }
        let column = |field: usize| plan.columns.iter().position(|column| column.field == field && !column.name.contains('.'));
        if def.name == Notification::ENTITY
            && let (Some(code), Some(args)) = (column(Notification::CODE.index), column(Notification::ARGS.index))
        {
            plan.sentence = Some((code, args, access.actor.lang));
        }
        Ok(plan)
    }

    /// Every field the actor may see, in the order of the entity.
    pub fn all_fields(access: &EntityAccess, def: &EntityDef) -> Vec<String> {
        let shown = |(index, _): &(usize, &guanxi_model::FieldDef)| access.right(*index) >= Right::Masked;
        def.fields.iter().enumerate().filter(shown).map(|(_, field)| field.name.clone()).collect()
    }

    /// The list fields the actor may see, with what every record carries.
    pub fn list_fields(access: &EntityAccess, def: &EntityDef) -> Vec<String> {
        let implied = ["id", "version", "created_at", "updated_at"];
        let shown = |(index, field): &(usize, &guanxi_model::FieldDef)| {
            (field.list || implied.contains(&field.name.as_str())) && access.right(*index) >= Right::Masked
        };
        def.fields.iter().enumerate().filter(shown).map(|(_, field)| field.name.clone()).collect()
    }

    fn column(&mut self, access: &Access, name: &str) -> Result<()> {
        let mut def = self.def.clone();
        let mut table = 0;
        let mut path: Vec<&str> = name.split('.').collect();
        let last = path.pop().unwrap_or_default();
        if path.len() >= PATH_DEPTH {
            return Err(Error::malformed(name, "path_too_deep"));
        }
        for part in path {
            let index = readable(access, &def, part)?;
            table = self.join(access, table, &def, index).ok_or_else(|| Error::malformed(name, "not_a_reference"))?;
            def = self.joins.get(table - 1).map(|join| join.def.clone()).ok_or_else(|| Error::internal("join"))?;
        }
        let of = access.of(&def)?;
        let sees = of.verbs.has(Verb::See) || def.line_of.is_some();
        let shows = |index: &usize| sees && of.right(*index) >= Right::Masked;
        let index = def.position(last).filter(shows).ok_or_else(|| unknown_field(&def, last, |i| of.right(i) >= Right::Masked))?;
        let Some(field) = def.fields.get(index) else { return Err(Error::internal("field position")) };
        let masked = of.right(index) == Right::Masked;
        if !field.kind.has_column() {
            return self.lines_column(access, name, &def, index, masked, table);
        }
        let first = self.width;
        self.outs.push(Out { table, field: index });
        let second = field.second_column().is_some();
        self.width += 1 + usize::from(second);
        let mut column = Column {
            name: name.to_owned(),
            kind: field.values(),
            masked,
            first,
            second,
            title: None,
            title_masked: false,
            def: def.clone(),
            field: index,
        };
        if field.values().is_reference()
            && let Some(joined) = self.join(access, table, &def, index)
            && let Some(join) = self.joins.get(joined - 1)
        {
            let title = join.def.title;
            // Who reads what holds a file may know its name.
            let held = join.def.held;
            if held || (join.access.verbs.has(Verb::See) && join.access.right(title) >= Right::Masked) {
                column.title = Some(self.width);
                column.title_masked = !held && join.access.right(title) == Right::Masked;
                self.outs.push(Out { table: joined, field: title });
                self.width += 1;
            }
        }
        self.columns.push(column);
        Ok(())
    }

    /// The number of the table joined by a reference field, adding it when it is new.
    fn join(&mut self, access: &Access, from: usize, def: &EntityDef, field: usize) -> Option<usize> {
        if let Some(known) = self.joins.iter().position(|join| join.from == from && join.field == field) {
            return Some(known + 1);
        }
        let target = def.fields.get(field).filter(|f| f.kind.is_reference())?.target.clone()?;
        let target = access.org.catalog.get(&target)?.clone();
        // A title of two columns or an integer is no title to join for.
        let titled = target.title_field().is_some_and(|field| field.values().is_text());
        let of = access.of(&target).ok()?;
        if !titled {
            return None;
        }
        self.joins.push(Joined { from, field, def: target, access: of });
        Some(self.joins.len())
    }

    /// The joins, for the compiler.
    pub fn joins(&self) -> Vec<Join<'_>> {
        let join = |join: &'_ Joined| -> (usize, usize) { (join.from, join.field) };
        let as_join = |joined| {
            let (from, field) = join(joined);
            Join { from, field, target: &joined.def, access: read_filter(joined) }
        };
        self.joins.iter().map(as_join).collect()
    }

    /// Writes a row as a JSON object.
    pub fn write_row(&self, out: &mut Vec<u8>, row: &dyn Row, catalog: &Catalog) {
        out.push(b'{');
        let mut masked: Vec<&str> = Vec::new();
        for column in &self.columns {
            if column.kind == Kind::Lines && !column.masked {
                continue;
            }
            if out.last() != Some(&b'{') {
                out.push(b',');
            }
            wire::write_string(out, &column.name);
            out.push(b':');
            self.write_cell(out, column, row, catalog);
            if column.masked {
                masked.push(&column.name);
            }
        }
        if !masked.is_empty() {
            out.extend_from_slice(b",\"_masked\":[");
            for (i, name) in masked.iter().enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                wire::write_string(out, name);
            }
            out.push(b']');
        }
        if let Some(text) = self.sentence_of(row) {
            out.extend_from_slice(b",\"_text\":");
            wire::write_string(out, &text);
        }
        out.push(b'}');
    }

    /// The sentence of a notice: its code names the text, its values fill it.
    fn sentence_of(&self, row: &dyn Row) -> Option<String> {
        let (code, args, lang) = self.sentence?;
        let text = |column: usize| Some(row.cell(self.columns.get(column)?.first).str()?.to_owned());
        let code = text(code)?;
        let args: BTreeMap<String, String> = text(args).and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default();
        let template = labels::find(lang, &format!("notice.{code}"))?;
        Some(args.iter().fold(template.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value)))
    }

    fn write_cell(&self, out: &mut Vec<u8>, column: &Column, row: &dyn Row, catalog: &Catalog) {
        if column.kind == Kind::Lines {
            return wire::write_string(out, wire::MASKED);
        }
        let first = row.cell(column.first);
        if column.masked {
            match first {
                Cell::Null => out.extend_from_slice(b"null"),
                cell => wire::write_string(out, &wire::mask(column.kind, cell.str().unwrap_or_default())),
            }
            return;
        }
        let second = if column.second { row.cell(column.first + 1) } else { Cell::Null };
        let title = column.title.map(|index| row.cell(index));
        let title = title.as_ref().and_then(Cell::str);
        if column.title_masked {
            wire::write_json(out, column.kind, &first, &second, self.shown_title(column, title).as_deref(), catalog);
        } else {
            wire::write_json(out, column.kind, &first, &second, title, catalog);
        }
    }

    /// A title as it may be shown.
    pub fn shown_title(&self, column: &Column, title: Option<&str>) -> Option<String> {
        title.map(|text| if column.title_masked { wire::mask(Kind::Text, text) } else { text.to_owned() })
    }

    /// The value, second cell and title of a column, for exports.
    pub fn cells<'r>(&self, column: &Column, row: &'r dyn Row) -> (Cell<'r>, Cell<'r>, Option<Cell<'r>>) {
        if column.kind == Kind::Lines {
            return (Cell::Null, Cell::Null, None);
        }
        let second = if column.second { row.cell(column.first + 1) } else { Cell::Null };
        (row.cell(column.first), second, column.title.map(|index| row.cell(index)))
    }
}

/// People who may not see an entity at all see none of its records; what others hold is reached
/// through them alone.
fn read_filter(joined: &Joined) -> &Filter {
    match &joined.access {
        _ if joined.def.held => &Filter::All,
        access if access.verbs.has(Verb::See) => &access.read,
        _ => &Filter::Nothing,
    }
}

/// The position of a field whose true value the actor may use.
pub fn readable(access: &Access, def: &EntityDef, name: &str) -> Result<usize> {
    let of = access.of(def)?;
    usable_field(def, name, |index| of.usable(index))
}

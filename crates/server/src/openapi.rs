//! The description of this instance's API, made from the catalog: custom objects and fields included.

use guanxi_engine::Engine;
use guanxi_model::Catalog;
use guanxi_model::action::ActionOn;
use guanxi_model::entity::{EntityDef, IMPLIED, MAX_LINES};
use guanxi_model::field::{FieldDef, Options};
use guanxi_model::kind::Kind;
use guanxi_model::labels::Lang;
use serde_json::{Map, Value as Json, json};

/// OpenAPI 3.1.
pub fn document(engine: &Engine, lang: Lang) -> Json {
    let catalog = engine.catalog();
    let (mut paths, mut schemas) = (fixed_paths(), Map::new());
    schemas.insert("Problem".into(), problem_schema());
    for def in catalog.entities().iter().filter(|def| def.is_open()) {
        schemas.insert(def.name.clone(), record_schema(&catalog, def, lang, false));
        schemas.insert(format!("{}_input", def.name), record_schema(&catalog, def, lang, true));
        entity_paths(&mut paths, def, lang);
        for behaviour in engine.behaviours().filter(|behaviour| behaviour.def.name == def.name) {
            for action in &behaviour.actions {
                let path = match action.on {
                    ActionOn::Collection => format!("/{}/actions/{}", def.plural, action.name),
                    _ => format!("/{}/{{id}}/{}", def.plural, action.name),
                };
                let properties: Map<String, Json> =
                    (action.input)().iter().map(|field| (field.name.clone(), field_schema(&catalog, field, lang, true))).collect();
                let parameters = if action.on == ActionOn::Collection { json!([]) } else { json!([id_parameter()]) };
                let body = json!({"type": "object", "properties": properties});
                paths.insert(path, json!({"post": operation(def, &format!("{}_{}", def.name, action.name), &parameters, Some(&body), "200", &json!({"type": "object"}))}));
            }
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Guanxi 关系", "version": env!("CARGO_PKG_VERSION")},
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}, {"session": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "guanxi"},
            },
        },
    })
}

fn problem_schema() -> Json {
    json!({
        "type": "object",
        "required": ["status", "code", "detail", "request_id"],
        "properties": {
            "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"}, "code": {"type": "string"},
            "detail": {"type": "string"}, "request_id": {"type": "string"},
            "errors": {"type": "array", "items": {"type": "object", "properties": {
                "field": {"type": "string"}, "code": {"type": "string"}, "detail": {"type": "string"}}}},
        },
    })
}

fn record_schema(catalog: &Catalog, def: &EntityDef, lang: Lang, input: bool) -> Json {
    let shown =
        |(index, field): &(usize, &FieldDef)| !field.secret && !field.hidden && (!input || (*index >= IMPLIED && field.is_writable()));
    let fields: Vec<(usize, &FieldDef)> = def.fields.iter().enumerate().filter(shown).collect();
    let properties: Map<String, Json> = fields
        .iter()
        .map(|(index, field)| {
            let mut schema = field_schema(catalog, field, lang, input);
            schema["title"] = json!(guanxi_engine::meta::field_label(lang, def, *index));
            (field.name.clone(), schema)
        })
        .collect();
    json!({"type": "object", "properties": properties})
}

fn field_schema(catalog: &Catalog, field: &FieldDef, lang: Lang, input: bool) -> Json {
    let nullable = |kind: &str| json!({"type": [kind, "null"]});
    match field.values() {
        Kind::Boolean => nullable("boolean"),
        Kind::Integer | Kind::Decimal | Kind::Percent if input => {
            json!({"type": ["string", "number", "null"]})
        }
        Kind::Integer | Kind::Decimal | Kind::Percent => nullable("string"),
        Kind::Money if input => json!({"type": ["object", "string", "number", "null"]}),
        Kind::Money => json!({"type": ["object", "null"], "properties": {"amount": {"type": "string"}, "currency": {"type": "string"}}}),
        Kind::Date => json!({"type": ["string", "null"], "format": "date"}),
        Kind::DateTime => json!({"type": ["string", "null"], "format": "date-time"}),
        Kind::Choice => match &field.options {
            Options::Fixed(options) => {
                let mut codes: Vec<Json> = options.iter().map(|option| json!(option.value)).collect();
                codes.push(Json::Null);
                json!({"enum": codes})
            }
            _ => nullable("string"),
        },
        Kind::Choices => json!({"type": ["array", "null"], "items": {"type": "string"}}),
        Kind::Reference | Kind::File if input => json!({"type": ["string", "object", "null"]}),
        Kind::Reference | Kind::File => {
            json!({"type": ["object", "null"], "properties": {"id": {"type": "string"}, "title": {"type": ["string", "null"]}}})
        }
        Kind::AnyReference => {
            json!({"type": ["object", "null"], "properties": {"entity": {"type": "string"}, "id": {"type": "string"}, "title": {"type": ["string", "null"]}}})
        }
        Kind::Lines => {
            let items = catalog.target_of(field).map(|line| line_schema(catalog, line, lang, input));
            json!({"type": "array", "maxItems": MAX_LINES, "items": items})
        }
        _ => json!({"type": ["string", "null"], "maxLength": field.max_chars()}),
    }
}

/// A row of a document: one without identity is new.
fn line_schema(catalog: &Catalog, line: &EntityDef, lang: Lang, input: bool) -> Json {
    let mut schema = record_schema(catalog, line, lang, input);
    if let Some(properties) = schema.get_mut("properties").and_then(Json::as_object_mut) {
        properties.retain(|name, _| line.position(name).is_some_and(|index| index >= line.first_declared()));
        properties.insert("id".into(), json!({"type": "string"}));
    }
    schema
}

fn id_parameter() -> Json {
    json!({"name": "id", "in": "path", "required": true, "schema": {"type": "string"}})
}

fn query(name: &str) -> Json {
    json!({"name": name, "in": "query", "schema": {"type": "string"}})
}

fn operation(def: &EntityDef, id: &str, parameters: &Json, body: Option<&Json>, status: &str, answer: &Json) -> Json {
    let mut operation = json!({
        "operationId": id,
        "tags": [def.plural],
        "parameters": parameters,
        "responses": {
            status: {"description": "done", "content": {"application/json": {"schema": answer}}},
            "default": {"description": "refused", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}},
        },
    });
    if let Some(body) = body {
        operation["requestBody"] = json!({"content": {"application/json": {"schema": body}}});
    }
    operation
}

fn entity_paths(paths: &mut Map<String, Json>, def: &EntityDef, _lang: Lang) {
    let (name, plural) = (&def.name, &def.plural);
    let record = json!({"$ref": format!("#/components/schemas/{name}")});
    let input = json!({"$ref": format!("#/components/schemas/{name}_input")});
    let list = json!({"type": "object", "properties": {"items": {"type": "array", "items": record}, "next": {"type": ["string", "null"]}}});
    let object = json!({"type": "object"});
    let selecting =
        json!([query("filter"), query("q"), query("sort"), query("fields"), query("limit"), query("cursor"), query("count"), query("bin")]);
    let one = json!([id_parameter()]);
    let none = json!([]);
    let op = |verb: &str, parameters: &Json, body: Option<&Json>, status: &str, answer: &Json| {
        operation(def, &format!("{verb}_{name}"), parameters, body, status, answer)
    };
    paths.insert(
        format!("/{plural}"),
        json!({
            "get": op("list", &selecting, None, "200", &list),
            "post": op("create", &none, Some(&input), "201", &record),
            "patch": op("bulk_edit", &none, Some(&object), "200", &object),
            "delete": op("bulk_delete", &none, Some(&object), "200", &object),
        }),
    );
    paths.insert(
        format!("/{plural}/{{id}}"),
        json!({
            "get": op("show", &one, None, "200", &record),
            "patch": op("edit", &one, Some(&input), "200", &record),
            "delete": {"operationId": format!("delete_{name}"), "tags": [plural], "parameters": one, "responses": {"204": {"description": "in the recycle bin"}}},
        }),
    );
    for (path, verb) in [("restore", "restore"), ("history", "history"), ("timeline", "timeline")] {
        let method = if verb == "restore" { "post" } else { "get" };
        paths.insert(format!("/{plural}/{{id}}/{path}"), json!({method: op(verb, &one, None, "200", &object)}));
    }
    if def.takes_files() {
        paths.insert(
            format!("/{plural}/{{id}}/attachments"),
            json!({
                "get": op("attachments", &one, None, "200", &object),
                "post": op("attach", &one, Some(&object), "201", &object),
            }),
        );
        let attachment = json!([id_parameter(), {"name": "attachment", "in": "path", "required": true, "schema": {"type": "string"}}]);
        paths.insert(
            format!("/{plural}/{{id}}/attachments/{{attachment}}"),
            json!({"delete": op("detach", &attachment, None, "200", &object)}),
        );
    }
    for verb in ["suggest", "aggregate"] {
        paths.insert(format!("/{plural}/{verb}"), json!({"get": op(verb, &selecting, None, "200", &object)}));
    }
    let asked = json!({"$ref": "#/components/schemas/export_application"});
    paths.insert(
        format!("/{plural}/export"),
        json!({
            "get": op("export", &selecting, None, "200", &object),
            "post": op("apply_for_export", &none, Some(&object), "201", &asked),
        }),
    );
    let mut upload = op("import", &none, None, "201", &object);
    let file = json!({"type": "object", "required": ["file"], "properties": {"file": {"type": "string", "format": "binary"}}});
    upload["requestBody"] = json!({"content": {"multipart/form-data": {"schema": file}}});
    paths.insert(format!("/{plural}/imports"), json!({"post": upload}));
    for (path, verb) in [("merge", "merge"), ("duplicates", "duplicates")] {
        paths.insert(format!("/{plural}/{path}"), json!({"post": op(verb, &none, Some(&object), "200", &object)}));
    }
}

/// Routes that belong to no entity.
fn fixed_paths() -> Map<String, Json> {
    let plain = |id: &str, status: &str| {
        json!({
            "operationId": id,
            "responses": {
                status: {"description": "done"},
                "default": {"description": "refused", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}},
            },
        })
    };
    let with_id = |mut operation: Json, name: &str| {
        operation["parameters"] = json!([{"name": name, "in": "path", "required": true, "schema": {"type": "string"}}]);
        operation
    };
    let mut paths = Map::new();
    let mut add = |path: &str, item: Json| paths.insert(path.to_owned(), item);
    add("/session", json!({"post": plain("sign_in", "200"), "delete": plain("sign_out", "204")}));
    add("/me", json!({"get": plain("me", "200"), "patch": plain("change_me", "200")}));
    add("/me/notifications/read", json!({"post": plain("read_notifications", "200")}));
    add("/tokens", json!({"get": plain("tokens", "200"), "post": plain("add_token", "201")}));
    add("/tokens/{id}", json!({"delete": with_id(plain("revoke_token", "204"), "id")}));
    add("/sessions", json!({"get": plain("sessions", "200"), "delete": plain("end_other_sessions", "204")}));
    add("/sessions/{id}", json!({"delete": with_id(plain("end_session", "204"), "id")}));
    add("/meta", json!({"get": plain("meta", "200")}));
    add("/openapi.json", json!({"get": plain("openapi", "200")}));
    add("/setup", json!({"get": plain("setup_needed", "200"), "post": plain("set_up", "201")}));
    add("/sign-in", json!({"get": plain("sign_in_page", "200")}));
    add("/registrations", json!({"post": plain("register", "201")}));
    add("/password-requests", json!({"post": plain("ask_for_password", "204")}));
    add(
        "/password-resets/{secret}",
        json!({"get": with_id(plain("reset_shown", "200"), "secret"), "post": with_id(plain("reset_password", "204"), "secret")}),
    );
    add("/search", json!({"get": plain("search", "200")}));
    add("/explain", json!({"get": plain("explain", "200")}));
    add("/events", json!({"get": plain("events", "200")}));
    add("/changes", json!({"get": plain("changes", "200")}));
    add("/reads", json!({"get": plain("reads", "200")}));
    add("/changes/{id}", json!({"get": with_id(plain("change_set", "200"), "id")}));
    add("/changes/{id}/undo", json!({"post": with_id(plain("undo", "200"), "id")}));
    add("/fields", json!({"get": plain("fields", "200"), "post": plain("add_field", "201")}));
    add("/fields/{id}", json!({"patch": with_id(plain("edit_field", "200"), "id")}));
    add("/objects", json!({"get": plain("objects", "200"), "post": plain("add_object", "201")}));
    add("/objects/{id}", json!({"patch": with_id(plain("edit_object", "200"), "id")}));
    add("/files", json!({"post": plain("upload_files", "201")}));
    add("/files/{id}", json!({"get": with_id(plain("download_file", "200"), "id")}));
    add("/jobs/{id}", json!({"get": with_id(plain("job", "200"), "id"), "delete": with_id(plain("cancel_job", "204"), "id")}));
    add("/imports", json!({"get": plain("imports", "200")}));
    add("/imports/{id}", json!({"get": with_id(plain("import", "200"), "id"), "patch": with_id(plain("change_import", "200"), "id")}));
    for verb in ["preview", "run", "revert"] {
        add(&format!("/imports/{{id}}/{verb}"), json!({"post": with_id(plain(&format!("{verb}_import"), "202"), "id")}));
    }
    add("/imports/{id}/errors", json!({"get": with_id(plain("import_errors", "200"), "id")}));
    add(
        "/users/{id}/sessions",
        json!({"get": with_id(plain("sessions_of", "200"), "id"), "delete": with_id(plain("end_sessions_of", "204"), "id")}),
    );
    add("/users/{id}/reset-password", json!({"post": with_id(plain("make_reset", "200"), "id")}));
    paths
}

//! What is listed: a tool for each action that is offered, with a valid and small schema, and hints from its effects.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::Path,
};

use connector_host::{
    actions::{ActionInfo, Effect},
    schema::Catalogue,
};
use connector_mcp::{Access, FixedTarget, Guide, Server, ServerError};
use rmcp::model::Tool;
use serde_json::{Value, json};

use crate::{
    client::Client,
    world::{World, connector, everything},
};

async fn listed(access: Access) -> BTreeMap<String, Tool> {
    let client = World::new(access).client(Client::default()).await;
    let tools = client.0.list_all_tools().await.unwrap();
    tools.into_iter().map(|tool| (tool.name.to_string(), tool)).collect()
}

/// The actions, by the names that their tools must have.
async fn actions() -> BTreeMap<String, ActionInfo> {
    let actions = connector().actions().await.unwrap();
    let count = actions.len();
    let by_name: BTreeMap<_, _> = actions.into_iter().map(|it| (it.id.replace('.', "_"), it)).collect();
    assert_eq!(by_name.len(), count, "two actions have one name");
    by_name
}

#[tokio::test]
async fn each_action_has_a_tool_of_its_own_whose_name_every_client_takes() {
    let (mut tools, actions) = (listed(everything()).await, actions().await);
    assert!(tools.remove("describe_action").is_some());
    assert_eq!(tools.keys().collect::<Vec<_>>(), actions.keys().collect::<Vec<_>>());
    for (name, tool) in &tools {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        assert!((1..=64).contains(&name.len()) && name.bytes().all(fits), "{name}");
        assert_eq!(tool.title.as_deref(), Some(&*actions[name].summary));
        assert!(tool.description.as_deref().unwrap().starts_with(&actions[name].description), "{name}");
    }
}

#[tokio::test]
async fn hints_are_from_the_effects() {
    let (tools, actions) = (listed(everything()).await, actions().await);
    for (name, action) in &actions {
        let hints = tools[name].annotations.as_ref().unwrap();
        let reads = action.effects == [Effect::Read];
        assert_eq!(hints.read_only_hint, Some(reads), "{name}");
        let is_grave = action.effects.iter().any(|it| matches!(it, Effect::MovesMoney | Effect::Irreversible));
        assert!(!is_grave || hints.destructive_hint == Some(true), "{name}");
        assert!(!reads || (hints.destructive_hint, hints.idempotent_hint) == (Some(false), Some(true)), "{name}");
    }
    let hints = |name: &str| {
        let hints = tools[name].annotations.as_ref().unwrap();
        [hints.read_only_hint, hints.destructive_hint, hints.idempotent_hint, hints.open_world_hint].map(Option::unwrap)
    };
    assert_eq!(hints("orders_get"), [true, false, true, true]);
    assert_eq!(hints("orders_capture"), [false, true, false, true]);
    assert_eq!(hints("products_create"), [false, false, false, true]);
    assert_eq!(hints("webhooks_delete"), [false, true, true, true]);
    assert!(tools["orders_capture"].description.as_deref().unwrap().contains("Moves money."));
}

#[tokio::test]
async fn only_what_is_offered_is_listed() {
    let actions = actions().await;
    let names = async |access: Access| listed(access).await.into_keys().filter(|it| it != "describe_action").collect();
    let wanted = |keep: &dyn Fn(&ActionInfo) -> bool| -> BTreeSet<String> {
        actions.iter().filter(|(_, action)| keep(action)).map(|(name, _)| name.clone()).collect()
    };
    let default: BTreeSet<String> = names(Access::default()).await;
    assert_eq!(default, wanted(&|it| !it.effects.contains(&Effect::MovesMoney)));
    assert!(default.contains("products_create") && !default.contains("orders_create"));

    let reads: BTreeSet<String> = names(Access { read_only: true, moves_money: true, ..Access::default() }).await;
    assert_eq!(reads, wanted(&|it| it.effects == [Effect::Read]));

    let only = vec!["payouts".to_owned(), "orders.get".to_owned()];
    let some: BTreeSet<String> = names(Access { only, ..everything() }).await;
    assert_eq!(some, wanted(&|it| it.group == "payouts" || it.id == "orders.get"));
}

#[tokio::test]
async fn a_group_that_there_is_not_is_an_error_that_names_those_there_are() {
    let access = Access { only: vec!["orders".into(), "ordres".into()], ..Access::default() };
    let tenant = connector_host::Tenant::new(
        connector_host::Connection::new(
            connector_host::Route::paypal(connector_host::Environment::Sandbox),
            connector_host::Unconfigured::default(),
            connector_host::Client::new(),
        ),
        connector_host::Client::new(),
    );
    let server =
        Server::new(connector().clone(), FixedTarget::new("", tenant), &access, Guide::default(), |_| {}).await;
    let Err(error @ ServerError::UnknownGroup { .. }) = server.map(|_| ()) else { panic!("it started") };
    let said = error.to_string();
    assert!(
        said.contains("`ordres`") && said.contains("accounting, calls, disputes") && said.contains("orders"),
        "{said}"
    );
}

#[tokio::test]
async fn each_schema_is_valid_and_takes_the_action_s_sample() {
    let (tools, actions) = (listed(everything()).await, actions().await);
    let catalogue = Catalogue::parse(&connector().describe().await.unwrap().openapi).unwrap();
    for (name, action) in &actions {
        let schema = Value::Object((*tools[name].input_schema).clone());
        assert_eq!(schema["type"], "object", "{name}");
        jsonschema::draft202012::meta::validate(&schema).unwrap_or_else(|error| panic!("{name}: {error}"));
        // It also fails if a reference leads nowhere.
        let validator = jsonschema::draft202012::new(&schema).unwrap_or_else(|error| panic!("{name}: {error}"));
        // Its options are the platform's.
        let mut input = catalogue.at(&action.sample)["input"].clone();
        if schema["properties"].get("options").is_none() {
            input.as_object_mut().unwrap().remove("options");
        }
        let errors: Vec<_> = validator.iter_errors(&input).map(|it| format!("{} {it}", it.instance_path())).collect();
        assert!(errors.is_empty(), "{name}: {errors:?} {input}");
        let stray = json!({"no_such_member": 1});
        assert!(!validator.is_valid(&stray), "{name} takes anything");
    }
}

#[tokio::test]
async fn the_sizes_are_those_of_the_page() {
    let (tools, actions) = (listed(everything()).await, actions().await);
    let size = |tool: &Tool| serde_json::to_string(tool).unwrap().len();
    let catalogue = Catalogue::parse(&connector().describe().await.unwrap().openapi).unwrap();
    let whole: usize =
        actions.values().map(|it| catalogue.json_schema(&it.input_schema).unwrap().to_string().len()).sum();
    let sum = |tools: &BTreeMap<String, Tool>| tools.values().map(size).sum::<usize>();
    let (default, reads) =
        (listed(Access::default()).await, listed(Access { read_only: true, ..Access::default() }).await);
    let rows = [("all", &tools), ("the default", &default), ("with `--read-only`", &reads)]
        .map(|(what, listed)| (what, listed.len(), sum(listed)))
        .into_iter()
        .chain([("the catalogue's own schemas", actions.len(), whole)]);
    for (what, count, bytes) in rows {
        keep_row(what, &format!("| {what} | {count} | {} KB |", bytes.div_ceil(1000)));
    }
    let (largest, most) = tools.iter().map(|(name, tool)| (name, size(tool))).max_by_key(|(_, size)| *size).unwrap();
    assert!(most < 10_000, "{largest}: {most}");
    assert!(sum(&tools) < whole / 3, "{} of {whole}", sum(&tools));
}

/// Compares a row of the page's table, or renews it.
fn keep_row(what: &str, row: &str) {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/mcp.md");
    let said = fs::read_to_string(&page).unwrap();
    let start = format!("| {what} |");
    let committed = said.lines().find(|line| line.starts_with(&start)).unwrap_or_else(|| panic!("no row `{start}`"));
    if env::var_os("UPDATE_MCP").is_some_and(|value| value == "1") {
        fs::write(&page, said.replace(committed, row)).unwrap();
        return;
    }
    assert_eq!(committed, row, "docs/mcp.md is out of date; renew it: UPDATE_MCP=1 cargo test --test mcp sizes");
}

#[tokio::test]
async fn what_a_schema_leaves_out_is_found_by_describing_it() {
    let client = World::new(everything()).client(Client::default()).await;
    let tools = client.0.list_all_tools().await.unwrap();
    let schema = &tools.iter().find(|tool| tool.name == "orders_create").unwrap().input_schema;
    let stub = |it: &Value| it["description"].as_str().is_some_and(|text| text.contains("more: describe_action"));
    let (name, _) = schema["$defs"].as_object().unwrap().iter().find(|(_, it)| stub(it)).expect("nothing is left out");
    let described = client.done("describe_action", json!({"tool": "orders_create", "definition": name})).await;
    assert!(described["schema"]["properties"].as_object().is_some_and(|it| !it.is_empty()), "{described}");
    jsonschema::draft202012::new(&described["schema"]).unwrap();

    let described = client.done("describe_action", json!({"tool": "orders_create"})).await;
    assert_eq!(described["sample"]["body"]["intent"], "CAPTURE");
    assert_eq!(described["effects"], json!(["write", "moves-money"]));
    for wrong in [json!({}), json!({"tool": "orders.create"}), json!({"tool": "orders_create", "definition": "none"})] {
        client.failed("describe_action", wrong).await;
    }
}

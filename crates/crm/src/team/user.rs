//! User accounts: their names, who may disable whom, templates by the kind of work.

use guanxi_model::action::Outcome;
use guanxi_model::entity::ID;
use guanxi_model::filter::{Filter, Test};
use guanxi_model::system::{Administration, Department, Notification, Role, Team, User, UserRole, UserStatus, UserType};
use guanxi_model::tx::{Notice, Reader, record_of};
use guanxi_model::{Action, Change, EntityType, Error, Input, Op, Problem, Query, Record, Result, Rules, Status, Tx, Value, text};

use super::{approval, directory, export_application, hand_over, moving};
use crate::customers::lead_rule::LeadRule;
use crate::customers::pool::Pool;
use crate::customers::{application, duplicate_report};
use crate::settings::business::LoginPolicy;
use crate::settings::{BusinessSettings, field_profile};

/// Characters of a mailbox in an account name; the rest is room for a number.
const MAILBOX: usize = 50;

/// Makes the account name where none is given; another than the rule makes is refused (ORG-17, ORG-18, AM-15). The product
/// names its own accounts: the first administrator, those of the demonstration. A visitor who registers chooses none: being
/// refused one would tell that somebody has it.
// Rule: user.login_name
fn login(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    let given = change.after(User::LOGIN).filter(|login| !login.is_empty());
    if change.op != Op::Create || (given.is_some() && change.by.is_some()) {
        return Ok(());
    }
    let policy = BusinessSettings::of(tx)?.login_policy;
    if policy == LoginPolicy::Free && (given.is_some() || !tx.actor().is_system()) {
        return Ok(());
    }
    // Two of one name entered at once get two account names.
    tx.lock("user.login")?;
    let name = change.new.get(User::NAME).unwrap_or_default();
    let login = free_login(tx, policy, &name, change.after(User::EMAIL).map(|email| email.0).as_deref())?;
    if given.is_some() && given.as_ref() != Some(&login) {
        return Err(Problem::new(Status::Invalid, "invalid").arg("login", login).field("login", "login_by_rule").into());
    }
    change.new.set(User::LOGIN, Some(login));
    Ok(())
}

/// The account name that is made of a name and a mailbox: of the mailbox where the policy says so, else of the name.
fn free_login(tx: &mut dyn Tx, policy: LoginPolicy, name: &str, email: Option<&str>) -> Result<String> {
    let mailbox = email.and_then(|email| email.split_once('@')).map(|(mailbox, _)| mailbox.to_owned());
    let mut fault = None;
    let mut taken = |candidate: &str| match is_taken(tx, candidate) {
        Ok(taken) => taken,
        Err(error) => {
            fault = Some(error);
            false
        }
    };
    let login = match mailbox.filter(|_| policy == LoginPolicy::Mailbox) {
        Some(mailbox) => mailbox_login(&mailbox, &mut taken),
        None => text::login_name(name, &mut taken),
    };
    fault.map_or(Ok(login), Err)
}

/// Of whom an account name is to be made.
#[derive(Input)]
pub struct SuggestLoginInput {
    #[field(max = 60)]
    pub name: String,
    #[field(max = 120)]
    pub email: Option<String>,
}

/// The account name somebody would get, as a form shows it before it is saved.
// Rule: user.suggest_login
fn suggest_login(tx: &mut dyn Tx, _: &Record, input: &Record) -> Result<Outcome> {
    let input = SuggestLoginInput::from_record(input).ok_or_else(|| Error::invalid("name", "required"))?;
    let policy = BusinessSettings::of(tx)?.login_policy;
    let login = match policy {
        LoginPolicy::Free => String::new(),
        _ => free_login(tx, policy, input.name.trim(), input.email.as_deref())?,
    };
    Ok(Outcome::default().value("login", login))
}

/// The mailbox as it is (ORG-17); where that is taken, with the first free number.
fn mailbox_login(mailbox: &str, mut taken: impl FnMut(&str) -> bool) -> String {
    let base: String = mailbox.to_lowercase().chars().take(MAILBOX).collect();
    let numbered = (1..).map(|number: u32| format!("{base}{number}"));
    std::iter::once(base.clone()).chain(numbered).find(|login| !taken(login)).unwrap_or(base)
}

fn is_taken(tx: &mut dyn Tx, login: &str) -> Result<bool> {
    let same = Filter::is(User::LOGIN.index, Test::Eq(Value::Text(login.to_owned())));
    Ok(tx.count(&Query::of("user", same).limit(1))? > 0)
}

/// Every account has a name.
// Rule: user.login_required
fn login_required(change: &mut Change<'_>, _: &mut dyn Tx) -> Result<()> {
    let named = change.after(User::LOGIN).is_some_and(|login| !login.is_empty());
    if named || change.op == Op::Delete { Ok(()) } else { Err(Error::invalid("login", "required")) }
}

/// Nobody is their own superior, however far up (ORG-33).
// Rule: user.no_circle
fn no_circle(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    if change.op == Op::Delete || !change.touches(User::SUPERIOR) {
        return Ok(());
    }
    tx.lock("user.superiors")?;
    let superior = change.after(User::SUPERIOR).map(guanxi_model::Id::raw);
    if directory::is_above(tx, "user", User::SUPERIOR.index, change.new.id(), superior)? {
        return Err(Error::invalid("superior", "circle"));
    }
    Ok(())
}

/// Who is in promotion has a superior (ORG-33): it is not cleared while such a role is held.
// Rule: user.superior_required
fn superior_required(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    let cleared = change.op != Op::Delete && change.touches(User::SUPERIOR) && change.after(User::SUPERIOR).is_none();
    if !cleared {
        return Ok(());
    }
    tx.lock(&role_lock(change.new.id()))?;
    for held in tx.find(&Query::of("user_role", Filter::refers_to(UserRole::USER.index, [change.new.id()])).limit(1000))? {
        let role = held.get(UserRole::ROLE).map(|role| (tx as &mut dyn Reader).get(role)).transpose()?.flatten();
        if role.is_some_and(|role| role.get(Role::NEEDS_SUPERIOR) == Some(true)) {
            return Err(Error::invalid("superior", "superior_required"));
        }
    }
    Ok(())
}

/// Roles of a user and the superior they ask for are changed one after the other.
pub fn role_lock(user: i64) -> String {
    format!("user.roles:{user}")
}

/// Someone can always administer; nobody shuts themselves out.
// Rule: user.last_administrator
fn last_administrator(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    let administers = |record: &Record| {
        record.get(User::ADMINISTRATION) == Some(Administration::Full) && record.get(User::STATUS) == Some(UserStatus::Active)
    };
    let before = change.old.is_some_and(administers);
    let after = change.op != Op::Delete && administers(change.new);
    let shut_out = change.op == Op::Delete || change.new.get(User::STATUS) != Some(UserStatus::Active);
    if change.old.is_some() && shut_out && tx.actor().user == Some(change.new.id()) {
        return Err(Error::conflict("not_yourself"));
    }
    if before && !after {
        // Two who remove each other do so one after the other; the second is told.
        tx.lock("user.administrators")?;
        let others = directory::administrating().and(Filter::is(ID, Test::Ne(Value::Int(change.new.id()))));
        if tx.count(&Query::of("user", others).limit(1))? == 0 {
            return Err(Error::conflict("last_administrator"));
        }
    }
    Ok(())
}

/// An account that still holds work is disabled and handed over first (ORG-03).
// Rule: user.holds_records
fn holds_records(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    if change.op == Op::Delete && hand_over::holds_work(tx, change.new.id())? {
        return Err(Error::conflict("user_holds_records"));
    }
    Ok(())
}

/// Where others stand on an account, or wait for it: the field that names it and how the refusal is called.
const STANDING_ON: [(&str, usize, &str); 5] = [
    ("user", User::SUPERIOR.index, "user_is_superior"),
    ("department", Department::LEADER.index, "user_leads_department"),
    ("team", Team::LEADER.index, "user_leads_team"),
    ("lead_rule", LeadRule::USER.index, "user_receives_leads"),
    ("pool", Pool::AFTER_SALES_USER.index, "user_takes_over_customers"),
];

/// An account that others stand on is removed when they stand on somebody else (ORG-03).
// Rule: user.stood_on
fn stood_on(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    if change.op != Op::Delete {
        return Ok(());
    }
    let refused = |code, record: &Record| Err(Problem::new(Status::Conflict, code).arg("name", record.title()).into());
    for (entity, field, code) in STANDING_ON {
        if let Some(record) = tx.find(&Query::of(entity, Filter::refers_to(field, [change.new.id()])).limit(1))?.first() {
            return refused(code, record);
        }
    }
    let user = change.new.typed_id();
    let mut waiting = application::waiting_for(tx, user)?;
    waiting.extend(export_application::waiting_for(tx, user)?);
    waiting.extend(duplicate_report::waiting_for(tx, user)?);
    waiting.first().map_or(Ok(()), |record| refused("user_decides", record))
}

/// Nobody is put under an account that is out of use.
// Rule: user.superior_at_work
fn superior_at_work(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    match change.after(User::SUPERIOR).filter(|_| change.op != Op::Delete && change.touches(User::SUPERIOR)) {
        Some(superior) if !directory::is_active(tx, superior)? => Err(Error::invalid("superior", "user_not_active")),
        _ => Ok(()),
    }
}

/// Lets a disabled or registered account in (AM-16).
// Rule: user.activate
fn activate(tx: &mut dyn Tx, user: &Record, _: &Record) -> Result<Outcome> {
    let waited = user.get(User::STATUS) == Some(UserStatus::Pending);
    let mut user = user.clone();
    user.set(User::STATUS, UserStatus::Active);
    let user = tx.update(user, "user.activate")?;
    if waited {
        approval::settled(tx, &user, |notice| notice.get(Notification::CODE).as_deref() == Some("registration_waiting"))?;
        tx.notify(Notice { user: user.id(), code: "registration_approved", args: Vec::new(), about: None })?;
    }
    Outcome::done()
}

/// Gives the role of the user's kind of work (ORG-08).
// Rule: user.apply_template
fn apply_template(tx: &mut dyn Tx, user: &Record, _: &Record) -> Result<Outcome> {
    let code = match user.get(User::USER_TYPE) {
        Some(UserType::SalesManager) => "sales_manager",
        Some(UserType::Operator) => "operator",
        Some(UserType::Sales) | None => "salesperson",
    };
    let of_code = Filter::is(Role::CODE.index, Test::Eq(Value::Text(code.to_owned())));
    let Some(role) = tx.find(&Query::of("role", of_code).limit(1))?.into_iter().next() else {
        return Err(Error::conflict("no_such_role"));
    };
    let held = Filter::refers_to(UserRole::USER.index, [user.id()]).and(Filter::refers_to(UserRole::ROLE.index, [role.id()]));
    if tx.count(&Query::of("user_role", held).limit(1))? == 0 {
        let catalog = tx.catalog().clone();
        let given = UserRole { user: user.typed_id(), role: role.typed_id() };
        tx.insert(record_of(&catalog, given)?, "user.apply_template")?;
    }
    Ok(Outcome::default().value("role", role.title()))
}

pub fn behaviour(user: EntityType) -> EntityType {
    let active = r#"{"status":"active"}"#;
    let rules = Rules::new()
        .fill(login)
        .check(login_required)
        .check(no_circle)
        .check(superior_at_work)
        .check(superior_required)
        .check(last_administrator)
        .check(holds_records)
        .check(stood_on)
        .react(no_circle);
    field_profile::enforced(user.rules(rules))
        .offered(active)
        .action(Action::new("disable", hand_over::disable).single().input::<hand_over::HandOverInput>().when(active).danger())
        .action(Action::new("move", moving::run).input::<moving::MoveInput>())
        .action(
            Action::new("hand-over", hand_over::hand_over)
                .single()
                .needs("see")
                .guard(hand_over::may_hand_over)
                .input::<hand_over::HandOverInput>(),
        )
        .action(Action::new("disable-preview", hand_over::preview).single().quiet())
        .action(Action::new("suggest-login", suggest_login).collection().input::<SuggestLoginInput>().quiet().needs("create"))
        .action(Action::new("activate", activate).when(r#"{"status":{"ne":"active"}}"#))
        .action(Action::new("apply-template", apply_template).when(active))
}

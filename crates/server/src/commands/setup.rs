//! `guanxi setup`: the wizard without a browser. The wizard itself calls [`perform`].

use std::io::Read;

use clap::Args;
use guanxi_engine::Engine;
use guanxi_engine::accounts::{FirstOrganisation, FirstSetUp};
use guanxi_model::{Actor, Result};

use super::{open, said};
use crate::config::Config;

/// The last things happened this long ago.
const HOURS_AGO: i64 = 2;

#[derive(Args)]
pub struct SetupArguments {
    /// Name of the company.
    #[arg(long)]
    org: String,
    /// Login of the first administrator.
    #[arg(long)]
    admin: String,
    /// Name of the first administrator; the login when left out.
    #[arg(long)]
    admin_name: Option<String>,
    /// The password is the first line of the standard input.
    #[arg(long)]
    password_stdin: bool,
    /// A demo company with this many customers.
    #[arg(long, default_value_t = 0)]
    demo: usize,
}

/// Runs `guanxi setup`.
pub fn run(config: &Config, arguments: SetupArguments) -> Result<(), String> {
    if !arguments.password_stdin {
        return Err("give the password on the standard input with --password-stdin".to_owned());
    }
    let mut password = String::new();
    std::io::stdin().take(4096).read_to_string(&mut password).map_err(|error| error.to_string())?;
    let password = password.lines().next().unwrap_or_default().to_owned();
    let engine = open(config, "finish the set-up in its pages")?;
    let first = FirstSetUp {
        organisation: FirstOrganisation { name: arguments.org, ..FirstOrganisation::default() },
        name: arguments.admin_name.unwrap_or_else(|| arguments.admin.clone()),
        login: arguments.admin,
        password,
    };
    perform(&engine, first, arguments.demo).map_err(said)?;
    eprintln!("set up");
    Ok(())
}

/// Sets up the company with its defaults, and the demo company when customers are asked for.
pub fn perform(engine: &Engine, first: FirstSetUp, demo: usize) -> Result<i64> {
    let user = engine.set_up(first, guanxi_crm::seed)?;
    if demo > 0 {
        tell_a_year(engine, demo)?;
    }
    Ok(user)
}

/// The demo company: each day of its last year in a transaction of its own, in the hours before now.
fn tell_a_year(engine: &Engine, customers: usize) -> Result<()> {
    use guanxi_crm::demo;
    let (actor, today) = (Actor::system("demo company"), engine.now().plus_seconds(-HOURS_AGO * 3600));
    engine.run_seed_at(&actor, today.plus_days(-demo::FOUNDED), demo::organisation)?;
    let mut made: demo::Made = vec![None; customers];
    for day in demo::days(customers) {
        made = engine.run_seed_at(&actor, today.plus_days(-day), move |tx| demo::day(tx, day, made))?;
    }
    Ok(())
}

//! `guanxi user …`: accounts and tokens for operators.

use std::io::Read;

use clap::Subcommand;
use guanxi_model::Actor;
use serde_json::{Map, json};

use super::{company, operator, said, user_of};
use crate::config::Config;

#[derive(Subcommand)]
pub enum UserCommand {
    /// Adds a user; prints the login.
    Add {
        /// The person's name; the login is made from it.
        name: String,
        /// Another login.
        #[arg(long)]
        login: Option<String>,
        /// Names of roles.
        #[arg(long)]
        role: Vec<String>,
    },
    /// Stops an account at once.
    Disable { login: String },
    /// Sets a password, read from the standard input.
    Password { login: String },
    /// Prints a new access token.
    Token {
        login: String,
        #[arg(long, default_value = "command line")]
        name: String,
        /// e.g. customers:read; none means everything the user may do.
        #[arg(long)]
        scope: Vec<String>,
        #[arg(long, default_value_t = 365)]
        days: i64,
    },
}

/// Runs `guanxi user …`.
pub fn run(config: &Config, command: UserCommand) -> Result<(), String> {
    let engine = company(config, "use the pages of users, or POST /api/v1/users and /api/v1/tokens")?;
    match command {
        UserCommand::Add { name, login, role } => {
            let mut input = Map::new();
            input.insert("name".into(), json!(name));
            if let Some(login) = login {
                input.insert("login".into(), json!(login));
            }
            let org = engine.org().map_err(said)?;
            let mut roles = Vec::new();
            for wanted in &role {
                let found = org.roles.values().find(|known| known.name == *wanted);
                roles.push(found.map(|known| known.id).ok_or_else(|| format!("no role {wanted}"))?);
            }
            let saved = engine.create(&operator(), "users", input).map_err(said)?;
            for role in roles {
                let held = Map::from_iter([("user".to_owned(), json!(saved.id.to_string())), ("role".to_owned(), json!(role.to_string()))]);
                engine.create(&operator(), "user-roles", held).map_err(said)?;
            }
            let login = engine.org().map_err(said)?.people.get(&saved.id).map(|person| person.login.clone());
            println!("{}", login.unwrap_or_default());
        }
        UserCommand::Disable { login } => {
            let user = user_of(&engine, &login)?;
            let input = Map::from_iter([("status".to_owned(), json!("disabled"))]);
            engine.edit(&operator(), "users", user, input, None).map_err(said)?;
        }
        UserCommand::Password { login } => {
            let user = user_of(&engine, &login)?;
            let mut password = String::new();
            std::io::stdin().take(4096).read_to_string(&mut password).map_err(|error| error.to_string())?;
            engine.set_password(&operator(), user, password.lines().next().unwrap_or_default()).map_err(said)?;
        }
        UserCommand::Token { login, name, scope, days } => {
            let user = user_of(&engine, &login)?;
            let (_, token) = engine.add_token(&Actor::user(user), &name, &scope, Some(engine.now().plus_days(days))).map_err(said)?;
            println!("{token}");
        }
    }
    Ok(())
}

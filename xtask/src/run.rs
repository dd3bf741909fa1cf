//! `run` and `dev`: the product on a demo company.

use std::io::Write;
use std::process::{Command, Stdio};

use crate::shell::{built, root, sh};
use crate::web;

/// Customers of the demo company.
const DEMO: &str = "2000";
/// The demo company's administrator.
const LOGIN: &str = "admin";

/// Builds everything and starts the product with a demo company; `--empty` starts the wizard.
pub fn run(arguments: &[String]) -> Result<(), String> {
    web::build()?;
    sh(".", "cargo", &["build", "--release", "-p", "guanxi-server"])?;
    serve(&built("release", "guanxi"), arguments)
}

/// The server of a debug build beside the pages' own server with hot reload.
pub fn dev(arguments: &[String]) -> Result<(), String> {
    web::install()?;
    sh(".", "cargo", &["build", "-p", "guanxi-server"])?;
    let mut pages = Command::new("npx").arg("vite").current_dir(root().join("web")).spawn().map_err(|error| error.to_string())?;
    let served = serve(&built("debug", "guanxi"), arguments);
    let _ = pages.kill();
    served
}

fn serve(binary: &str, arguments: &[String]) -> Result<(), String> {
    let data = root().join("data");
    let empty = arguments.iter().any(|argument| argument == "--empty");
    if !empty && !data.join("guanxi.db").exists() {
        let listen = arguments.iter().skip_while(|argument| *argument != "--listen").nth(1);
        demo(binary, listen.map_or("127.0.0.1:8080", String::as_str))?;
    }
    let rest: Vec<&str> = arguments.iter().map(String::as_str).filter(|argument| *argument != "--empty").collect();
    let mut all = vec!["serve"];
    all.extend(rest);
    sh(".", binary, &all)
}

/// Sets up the demo company. Its password is made here and shown once: no default password.
fn demo(binary: &str, address: &str) -> Result<(), String> {
    let password = password()?;
    let mut setup = Command::new(binary)
        .args(["setup", "--org", "关系演示公司", "--admin", LOGIN, "--admin-name", "系统管理员", "--password-stdin", "--demo", DEMO])
        .current_dir(root())
        .stdin(Stdio::piped())
        .spawn()
        .map_err(|error| error.to_string())?;
    if let Some(mut input) = setup.stdin.take() {
        writeln!(input, "{password}").map_err(|error| error.to_string())?;
    }
    let status = setup.wait().map_err(|error| error.to_string())?;
    if !status.success() {
        return Err("the demo company could not be set up".to_owned());
    }
    println!("\n  Demo company 演示公司: sign in at http://{address} as {LOGIN} with the password {password}\n");
    Ok(())
}

fn password() -> Result<String, String> {
    let mut bytes = [0_u8; 9];
    let mut random = std::fs::File::open("/dev/urandom").map_err(|error| error.to_string())?;
    std::io::Read::read_exact(&mut random, &mut bytes).map_err(|error| error.to_string())?;
    const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
    Ok(bytes.iter().map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()])).collect::<String>() + "K7!")
}

//! Configuration: options of the command line, then `GUANXI_…` variables, then `guanxi.toml`.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Deserialize;

/// Where the data is.
#[derive(Args, Clone, Debug)]
pub struct Place {
    /// Folder that holds everything in embedded mode.
    #[arg(long, env = "GUANXI_DATA", global = true)]
    data: Option<PathBuf>,
    /// PostgreSQL instead of the embedded database: postgres://user@host/database
    #[arg(long, env = "GUANXI_DATABASE", global = true)]
    database: Option<String>,
    /// File with settings; `guanxi.toml` in the current folder when present.
    #[arg(long, env = "GUANXI_CONFIG", global = true)]
    config: Option<PathBuf>,
}

/// How the server listens.
#[derive(Args, Clone, Debug)]
pub struct Listening {
    /// Address and port.
    #[arg(long, env = "GUANXI_LISTEN")]
    listen: Option<String>,
    /// Address under which people reach the server, e.g. https://crm.example.cn
    #[arg(long, env = "GUANXI_PUBLIC_URL")]
    public_url: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct File {
    data: Option<PathBuf>,
    database: Option<String>,
    listen: Option<String>,
    public_url: Option<String>,
}

/// Settings in force.
#[derive(Clone, Debug)]
pub struct Config {
    pub data: PathBuf,
    pub database: Option<String>,
    pub listen: String,
    pub public_url: Option<String>,
}

impl Config {
    /// Puts options, variables and file together.
    pub fn load(place: &Place, listening: Option<&Listening>) -> Result<Self, String> {
        let default = Path::new("guanxi.toml");
        let file = match &place.config {
            Some(path) => read(path)?,
            None if default.exists() => read(default)?,
            None => File::default(),
        };
        let listening = listening.cloned().unwrap_or(Listening { listen: None, public_url: None });
        Ok(Self {
            data: place.data.clone().or(file.data).unwrap_or_else(|| PathBuf::from("./data")),
            database: place.database.clone().or(file.database),
            listen: listening.listen.or(file.listen).unwrap_or_else(|| "127.0.0.1:8080".to_owned()),
            public_url: listening.public_url.or(file.public_url),
        })
    }

    /// Whether people reach the server through TLS.
    pub fn secure(&self) -> bool {
        self.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }
}

fn read(path: &Path) -> Result<File, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

//! `prelight recipe key | sign | verify`: approvals that hold without a network.

use crate::{
    cli::out,
    error::{Error, Result},
    files,
    progress::Progress,
    recipe::{
        self, OpenRecipe,
        sign::{self, SecretKey, Signed, Signer, Standing, TRUST_VARIABLE, TrustPolicy},
    },
    render,
};
use std::path::{Path, PathBuf};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

#[derive(clap::Args)]
pub struct Key {
    /// File for the secret key; the public one goes beside it, as FILE.pub
    file: PathBuf,
}

#[derive(clap::Args)]
pub struct Sign {
    /// Recipe: its folder, or the file that it is packed into
    recipe: PathBuf,
    /// Secret Ed25519 key, PKCS #8 PEM (prelight recipe key, or openssl genpkey -algorithm ed25519)
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Who approves
    #[arg(long)]
    name: String,
    /// As what
    #[arg(long)]
    role: String,
    #[arg(long, default_value = "")]
    note: String,
    /// After this the approval holds no more: 2027-01-31T00:00:00Z
    #[arg(long, value_name = "TIME", value_parser = moment)]
    expires: Option<OffsetDateTime>,
}

#[derive(clap::Args)]
pub struct Verify {
    /// Recipe: its folder, or the file that it is packed into
    recipe: PathBuf,
    #[command(flatten)]
    trust: Trust,
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args, Default)]
pub struct Trust {
    /// Who may approve what: a TOML file; else the file that PRELIGHT_TRUST names
    #[arg(long, value_name = "FILE")]
    trust: Option<PathBuf>,
}

impl Trust {
    /// What names one, where something does.
    pub fn named_by(&self) -> &'static str {
        if self.trust.is_some() { "--trust" } else { TRUST_VARIABLE }
    }

    /// The file of the policy, where there is one.
    pub fn path(&self) -> Option<PathBuf> {
        self.trust.clone().or_else(|| files::named_by(TRUST_VARIABLE))
    }

    /// The policy, where there is one.
    pub fn policy(&self) -> Result<Option<TrustPolicy>> {
        self.path().map(|path| TrustPolicy::open(&path)).transpose()
    }

    /// The approvals that a recipe is admitted by; none where there is no policy.
    pub fn admit(&self, recipe: &OpenRecipe) -> Result<Vec<Signed>> {
        sign::admit_by(recipe, self.policy()?.as_ref())
    }

    /// The signatures of a recipe as the policy judges them now, where there is one.
    pub fn judged(&self, recipe: &OpenRecipe) -> Result<Option<Vec<recipe::Judged>>> {
        let Some(policy) = self.policy()? else { return Ok(None) };
        let now = OffsetDateTime::now_utc();
        let judge = |a: Signed| {
            let standing = policy.judge(&a, &recipe.recipe, now);
            (a, standing)
        };
        Ok(Some(sign::approvals(recipe, &policy)?.into_iter().map(judge).collect()))
    }
}

fn moment(text: &str) -> std::result::Result<OffsetDateTime, String> {
    OffsetDateTime::parse(text, &Rfc3339).map_err(|e| format!("no RFC 3339 time such as 2027-01-31T00:00:00Z: {e}"))
}

pub fn key(args: &Key) -> Result<()> {
    let key = SecretKey::generate()?;
    let public = key.write_pair(&args.file)?;
    out::line(format_args!("secret  {}", args.file.display()))?;
    out::line(format_args!("public  {}", public.display()))?;
    out::line(format_args!("id      {}", key.public().id()))
}

pub fn sign(args: &Sign) -> Result<()> {
    let open = recipe::open(&args.recipe)?;
    render::refuse_altered(&open, &Progress::default())?;
    let key = SecretKey::open(&args.key)?;
    let signer = Signer { name: args.name.clone(), role: args.role.clone(), note: args.note.clone(), expires: args.expires };
    let path = sign::sign(&open, &key, &signer, OffsetDateTime::now_utc())?;
    out::line(format_args!("{}  key {}", path.display(), key.public().id()))
}

pub fn verify(args: &Verify) -> Result<()> {
    let Some(policy) = args.trust.policy()? else {
        return Err(Error::usage(format!("a trust policy says whose approvals count: --trust FILE, or {TRUST_VARIABLE}")).field("--trust"));
    };
    let open = recipe::open(&args.recipe)?;
    render::refuse_altered(&open, &Progress::default())?;
    let now = OffsetDateTime::now_utc();
    let approvals = sign::approvals(&open, &policy)?;
    let admitted = sign::admit(&open, &policy, now);
    print(&open, &policy, &approvals, now, admitted.is_ok(), args.json)?;
    admitted.map(drop)
}

fn print(open: &OpenRecipe, policy: &TrustPolicy, approvals: &[Signed], now: OffsetDateTime, admitted: bool, json: bool) -> Result<()> {
    let standing = |a: &Signed| match policy.judge(a, &open.recipe, now) {
        Standing::Good => "good".to_owned(),
        Standing::Bad(why) => why,
    };
    if json {
        let list: Vec<_> = approvals.iter().map(|a| serde_json::json!({ "approval": a, "standing": standing(a) })).collect();
        let source: &Path = &open.source;
        return out::json(&serde_json::json!({
            "recipe": source, "digest": open.digest, "trust": policy.digest, "admitted": admitted, "approvals": list,
        }));
    }
    out::line(format_args!("{}  sha256 {}", open.source.display(), open.digest))?;
    for a in approvals {
        let at = a.at.format(&Rfc3339).unwrap_or_default();
        out::line(format_args!("  {}: {}, {} ({at}): {}", a.file, a.name, a.role, standing(a)))?;
    }
    if admitted {
        out::line("OK")?;
    }
    Ok(())
}

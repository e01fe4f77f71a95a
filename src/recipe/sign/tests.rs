use super::*;
use crate::recipe::{Engine, Recipe, SCHEMA};
use tempfile::TempDir;
use time::{Duration, macros::datetime};

const NOW: OffsetDateTime = datetime!(2026-11-26 10:00 UTC);

/// A recipe folder without clips: what is signed is its digest.
fn recipe() -> (TempDir, OpenRecipe) {
    let folder = tempfile::tempdir().unwrap();
    let recipe = Recipe {
        schema: SCHEMA.into(),
        id: "1".into(),
        title: None,
        production: None,
        supersedes: None,
        created: "2026-11-26T09:00:00Z".into(),
        engine: Engine::this(),
        tolerance: None,
        clips: vec![],
        show: None,
        approvals: vec![],
        output: None,
    };
    fs::write(folder.path().join("recipe.json"), crate::recipe::canonical(&recipe).unwrap()).unwrap();
    let open = crate::recipe::open(folder.path()).unwrap();
    (folder, open)
}

fn signer(name: &str, role: &str) -> Signer {
    Signer { name: name.into(), role: role.into(), ..Signer::default() }
}

/// A policy that trusts `keys` as Ada and Ben, with further lines for the whole and for Ada.
fn policy(keys: &[&SecretKey], head: &str, ada: &str) -> TrustPolicy {
    let mut text = format!("schema = 'prelight-trust/1'\n{head}\n");
    for (key, name) in keys.iter().zip(["Ada", "Ben"]) {
        let (pem, more) = (key.public().to_pem().unwrap(), if name == "Ada" { ada } else { "" });
        text += &format!("[[signer]]\nname = '{name}'\nroles = ['colourist', 'DP']\nkey = '''{pem}'''\n{more}\n");
    }
    TrustPolicy::parse(&text, Path::new(".")).unwrap()
}

#[test]
fn what_is_signed_is_admitted() {
    let (_folder, recipe) = recipe();
    let key = SecretKey::generate().unwrap();
    let ours = policy(&[&key], "", "");
    assert_eq!(admit(&recipe, &ours, NOW).unwrap_err().exit_code(), 12, "not signed yet");
    let path = sign(&recipe, &key, &signer("Ada", "colourist"), NOW).unwrap();
    let good = admit(&recipe, &ours, NOW).unwrap();
    assert_eq!((good.len(), &*good[0].name, &good[0].key), (1, "Ada", &key.public().id()));
    assert!(path.starts_with(recipe.folder.join(FOLDER)));
    // The same again is a second envelope, not a lost one.
    assert_ne!(sign(&recipe, &key, &signer("Ada", "DP"), NOW).unwrap(), path);
    assert_eq!(admit(&recipe, &ours, NOW).unwrap().len(), 2);
}

#[test]
fn what_was_altered_after_signing_is_named() {
    let (folder, recipe) = recipe();
    let key = SecretKey::generate().unwrap();
    let ours = policy(&[&key], "", "");
    let path = sign(&recipe, &key, &signer("Ada", "colourist"), NOW).unwrap();
    let text = fs::read_to_string(&path).unwrap();

    // The recipe: the envelope is about another one.
    let json = folder.path().join("recipe.json");
    let whole = fs::read_to_string(&json).unwrap();
    fs::write(&json, whole.replace("\"1\"", "\"2\"")).unwrap();
    let altered = crate::recipe::open(folder.path()).unwrap();
    let error = admit(&altered, &ours, NOW).unwrap_err();
    assert_eq!((error.exit_code(), error.path()), (11, Some(&*path)), "{error}");
    fs::write(&json, whole).unwrap();

    // The payload: the signature does not hold.
    let envelope: serde_json::Value = serde_json::from_str(&text).unwrap();
    let payload = Envelope::parse(text.as_bytes()).unwrap().payload().unwrap();
    let forged = String::from_utf8(payload).unwrap().replace("colourist", "DP");
    let mut edited = envelope.clone();
    edited["payload"] = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, forged).into();
    fs::write(&path, edited.to_string()).unwrap();
    let error = admit(&recipe, &ours, NOW).unwrap_err();
    assert_eq!((error.exit_code(), error.field_name()), (11, Some("sig")), "{error}");

    for (member, value, code) in [("payload", "?", 10), ("payloadType", "text/plain", 10), ("signatures", "[]", 10)] {
        let mut edited = envelope.clone();
        edited[member] = serde_json::from_str(value).unwrap_or_else(|_| value.into());
        fs::write(&path, edited.to_string()).unwrap();
        assert_eq!(admit(&recipe, &ours, NOW).unwrap_err().exit_code(), code, "{member}");
    }
}

#[test]
fn a_policy_says_who_may() {
    let (_folder, recipe) = recipe();
    let (ada, ben, eve) = (SecretKey::generate().unwrap(), SecretKey::generate().unwrap(), SecretKey::generate().unwrap());
    sign(&recipe, &ada, &signer("Ada", "colourist"), NOW).unwrap();
    sign(&recipe, &eve, &signer("Ada", "colourist"), NOW).unwrap();
    let why = |policy: &TrustPolicy| admit(&recipe, policy, NOW + Duration::hours(1)).unwrap_err().message().to_owned();

    assert!(why(&policy(&[&ben], "", "")).contains("does not know"));
    assert!(why(&policy(&[&ada], "[require]\nroles = ['DP']", "")).contains("nobody has approved as DP"));
    assert!(why(&policy(&[&ada, &ben], "[require]\nsignatures = 2", "")).starts_with("1 of 2 signatures"));
    assert!(why(&policy(&[&ada], "", "revoked = 'lost'")).contains("revoked: lost"));
    assert!(why(&policy(&[&ada], "", "until = 2026-11-26T09:00:00Z")).contains("might not sign"));
    assert!(why(&policy(&[&ada], "", "from = 2026-11-27T09:00:00Z")).contains("might not sign"));
    assert!(
        why(&policy(&[&eve, &ada], "", "revoked = 'x'")).contains("the key is Ben's"),
        "eve is revoked, and ada's key is listed as Ben's"
    );
    assert!(why(&policy(&[&ada], &format!("revoked = ['{}']", recipe.digest), "")).contains("revoked by the trust policy"));
    sign(&recipe, &ben, &signer("Ben", "DP"), NOW).unwrap();
    assert_eq!(admit(&recipe, &policy(&[&ada, &ben], "[require]\nsignatures = 2\nroles = ['DP']", ""), NOW).unwrap().len(), 2);
}

/// The signature is right, and what it is under is not what the signer may approve.
#[test]
fn a_good_signature_counts_for_what_its_signer_may_approve_alone() {
    let (folder, _) = recipe();
    let mut said = crate::recipe::testing::recipe(&["A001"]);
    (said.production, said.title) = (Some("Seven Seas".into()), Some("Camera test 2".into()));
    said.output = Some(crate::recipe::Output::of_presets(["plate", "h264"]).unwrap());
    crate::recipe::testing::write(folder.path(), &said);
    let recipe = crate::recipe::open(folder.path()).unwrap();
    let (ada, ben) = (SecretKey::generate().unwrap(), SecretKey::generate().unwrap());
    sign(&recipe, &ada, &signer("Ada", "colourist"), NOW).unwrap();
    let admitted = |head: &str, of_ada: &str| admit(&recipe, &policy(&[&ada, &ben], head, of_ada), NOW);
    let why = |head: &str, of_ada: &str| admitted(head, of_ada).map_or_else(|e| format!("{} {}", e.exit_code(), e), |_| String::new());

    let within = "[signer.only]\nproductions = ['Seven *']\nrecipes = ['Camera test *']\nmakes = ['ARRI']\ndeliverables = ['exr', 'movie']";
    assert_eq!(why("", within), "");
    for (only, wanted) in [
        (
            "productions = ['Other']",
            "what Ada may approve: productions are limited to Other, and the recipe says Seven Seas (only.productions)",
        ),
        ("recipes = ['Final *']", "recipes are limited to Final *, and the recipe says Camera test 2"),
        ("makes = ['RED', 'Sony']", "makes are limited to RED, Sony, and A001 admits ARRI"),
        ("models = ['*']", "models are limited to *, and A001 admits clips that state none"),
        ("deliverables = ['exr']", "deliverables are limited to exr, and h264 is h264"),
    ] {
        let said = why("", &format!("only = {{ {only} }}"));
        assert!(said.starts_with("12 ") && said.contains("0 of 1 signatures") && said.contains(wanted), "{only}: {said}");
    }
    // The role is limited, whoever has it; another role is not.
    let dailies = |role: &str| format!("[[role]]\nname = '{role}'\nonly = {{ deliverables = ['movie'] }}");
    assert!(
        why(&dailies("colourist"), "").contains("what Ada may approve as colourist: deliverables are limited to movie, and plate is exr")
    );
    assert_eq!(why(&dailies("DP"), ""), "");
    // The place where it is rendered is limited, whoever has signed.
    let here = "[require]\nonly = { productions = ['Other'] }";
    let error = admitted(here, "").unwrap_err();
    assert_eq!((error.exit_code(), error.field_name()), (12, Some("require.only")), "{error}");

    // Two of several roles, by keys of their own: one key in two roles is one.
    let two = "[[require.of]]\nsignatures = 2\nroles = ['colourist', 'DP']";
    assert!(why(two, "").contains("require.of: 1 of 2 signatures as colourist or DP"), "{}", why(two, ""));
    sign(&recipe, &ada, &signer("Ada", "DP"), NOW).unwrap();
    assert!(why(two, "").contains("1 of 2"));
    sign(&recipe, &ben, &signer("Ben", "DP"), NOW).unwrap();
    assert_eq!(why(two, ""), "");
    assert!(
        why(two, "only = { makes = ['RED'] }").contains("1 of 2 signatures as colourist or DP"),
        "one that does not count is not counted"
    );
}

#[test]
fn an_approval_expires_and_is_not_from_the_future() {
    let (_folder, recipe) = recipe();
    let key = SecretKey::generate().unwrap();
    let expires = Some(NOW + Duration::days(1));
    sign(&recipe, &key, &Signer { expires, ..signer("Ada", "DP") }, NOW).unwrap();
    let ours = policy(&[&key], "", "");
    assert!(admit(&recipe, &ours, NOW).is_ok());
    assert!(admit(&recipe, &ours, NOW + Duration::days(1)).unwrap_err().message().contains("expired"));
    assert!(admit(&recipe, &ours, NOW - Duration::days(1)).unwrap_err().message().contains("yet to come"));
    let error = sign(&recipe, &key, &Signer { expires: Some(NOW), ..signer("Ada", "DP") }, NOW).unwrap_err();
    assert_eq!(error.exit_code(), 2);
}

#[test]
fn keys_are_what_others_read_and_stay_secret() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ada.pem");
    let key = SecretKey::generate().unwrap();
    let public = key.write_pair(&path).unwrap();
    assert_eq!(SecretKey::open(&path).unwrap().public(), PublicKey::open(&public).unwrap());
    assert!(fs::read_to_string(&path).unwrap().starts_with("-----BEGIN PRIVATE KEY-----"));
    #[cfg(unix)]
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).unwrap().permissions()) & 0o777, 0o600);
    assert_eq!(SecretKey::generate().unwrap().write_pair(&path).unwrap_err().exit_code(), 20, "never overwritten");
    assert_eq!(SecretKey::open(&public).err().unwrap().exit_code(), 10);
    assert_eq!(PublicKey::open(&path).unwrap_err().exit_code(), 10);

    // RFC 8032, 7.1, test 2.
    let known = folder.path().join("rfc.pem");
    fs::write(
        &known,
        "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIEzNCJso/5banbbDRuwRTg9bijGfNaumJNqM9u1PuKb7\n-----END PRIVATE KEY-----\n",
    )
    .unwrap();
    let signature: String = SecretKey::open(&known).unwrap().sign(b"\x72").iter().map(|b| format!("{b:02x}")).collect();
    let wanted = "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
                  085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";
    assert_eq!(signature, wanted);
}

#[test]
fn policies_with_faults_are_refused_by_name() {
    for (text, what) in [
        ("schema = 'prelight-trust/2'", "prelight-trust/1"),
        ("schema = 'prelight-trust/1'\nsigners = 3", "signers"),
        ("schema = 'prelight-trust/1'\n[require]\nsignatures = 0", "at least one"),
        ("schema = 'prelight-trust/1'\nrevoked = ['abc']", "SHA-256"),
        ("schema = 'prelight-trust/1'\n[require]\nonly = { cameras = ['x'] }", "cameras"),
        ("schema = 'prelight-trust/1'\n[require]\nonly = { makes = [] }", "require: only.makes"),
        ("schema = 'prelight-trust/1'\n[[require.of]]\nsignatures = 0\nroles = ['x']", "require.of"),
        ("schema = 'prelight-trust/1'\n[[role]]\nname = 'x'\nonly = {}\n[[role]]\nname = 'x'\nonly = {}", "twice"),
        ("schema = 'prelight-trust/1'\n[[signer]]\nname = 'A'\nroles = ['x']\nkey = 'nowhere.pub'", "nowhere.pub"),
        ("schema = 'prelight-trust/1'\n[[signer]]\nname = 'A'\nroles = ['x']\nkey = '-----BEGIN PUBLIC KEY-----'", "Ed25519"),
    ] {
        let error = TrustPolicy::parse(text, Path::new("/nonexistent")).unwrap_err();
        assert!(error.to_string().contains(what), "{text}: {error}");
    }
}

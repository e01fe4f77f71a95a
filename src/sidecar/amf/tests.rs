use super::*;
use crate::sidecar::{cdl::Cdl, is_valid, xml::Node};
use proptest::prelude::*;

const HEAD: &str = r#"<aces:acesMetadataFile version="2.0" xmlns:aces="urn:ampas:aces:amf:v2.0" xmlns:cdl="urn:ASC:CDL:v1.01">
<aces:amfInfo><aces:description>d</aces:description><aces:author><aces:name>n</aces:name><aces:emailAddress>a@b</aces:emailAddress></aces:author>
<aces:dateTime><aces:creationDateTime>2026-01-01T00:00:00Z</aces:creationDateTime><aces:modificationDateTime>2026-01-01T00:00:00Z</aces:modificationDateTime></aces:dateTime>
<aces:uuid>urn:uuid:00000000-0000-0000-0000-000000000001</aces:uuid></aces:amfInfo>
<aces:pipeline><aces:pipelineInfo><aces:description>d</aces:description>
<aces:dateTime><aces:creationDateTime>2026-01-01T00:00:00Z</aces:creationDateTime><aces:modificationDateTime>2026-01-01T00:00:00Z</aces:modificationDateTime></aces:dateTime>
<aces:uuid>urn:uuid:00000000-0000-0000-0000-000000000002</aces:uuid>
<aces:systemVersion><aces:majorVersion>2</aces:majorVersion><aces:minorVersion>0</aces:minorVersion><aces:patchVersion>0</aces:patchVersion></aces:systemVersion></aces:pipelineInfo>
"#;
const TAIL: &str = "</aces:pipeline></aces:acesMetadataFile>";

/// A whole document with this inside its pipeline, on line 9.
fn with(body: &str) -> (Amf, Vec<Diagnostic>) {
    parse(format!("{HEAD}{body}{TAIL}").as_bytes(), None).unwrap()
}

fn found(body: &str) -> Vec<(&'static str, String)> {
    with(body).1.into_iter().filter(|d| d.level != Level::Info).map(|d| (d.code, d.path)).collect()
}

fn one(code: &'static str, path: &str) -> Vec<(&'static str, String)> {
    vec![(code, format!("/acesMetadataFile/pipeline{path}"))]
}

fn look(inside: &str) -> String {
    format!("<aces:lookTransform applied='false'><aces:description>l</aces:description>{inside}</aces:lookTransform>")
}

fn cdl(slope: &str, to: &str, from: &str) -> String {
    let id = "urn:ampas:aces:transformId:v2.0:CSC.Academy.";
    look(&format!(
        "<aces:cdlWorkingSpace><aces:toCdlWorkingSpace><aces:transformId>{id}ACES_to_{to}.a2.v1</aces:transformId></aces:toCdlWorkingSpace>\
         <aces:fromCdlWorkingSpace><aces:transformId>{id}{from}_to_ACES.a2.v1</aces:transformId></aces:fromCdlWorkingSpace></aces:cdlWorkingSpace>\
         <cdl:ASC_SOP><cdl:Slope>{slope}</cdl:Slope><cdl:Offset>0 0 0</cdl:Offset><cdl:Power>1 1 1</cdl:Power></cdl:ASC_SOP>\
         <cdl:ASC_SAT><cdl:Saturation>0.9</cdl:Saturation></cdl:ASC_SAT>"
    ))
}

#[test]
fn an_empty_pipeline_is_valid() {
    assert_eq!(with("").1, []);
}

#[test]
fn each_rule_is_reported_in_its_place() {
    let clf = look("<aces:file>a.clf</aces:file>");
    let applied = clf.replace("false", "true");
    assert_eq!(found(&format!("{applied}{clf}{applied}")), one("INVALID_APPLIED_ORDER", "/lookTransform[3]"));
    assert_eq!(found(&cdl("1 1 1", "ACEScct", "ACEScct")), []);
    assert_eq!(found(&cdl("1 1 1", "ACEScct", "ACEScc")), one("CDL_WORKING_SPACE_MISMATCH", "/lookTransform/cdlWorkingSpace"));
    assert_eq!(found(&cdl("-1 1 1", "ACEScct", "ACEScct")), one("CDL_INVALID_VALUES", "/lookTransform"));
    assert_eq!(found(&cdl("6 1 1", "ACEScct", "ACEScct")), one("CDL_EXTREME_VALUES", "/lookTransform"));
    assert_eq!(found(&cdl("1 1", "ACEScct", "ACEScct")), one("SCHEMA_VIOLATION", "/lookTransform/ASC_SOP/Slope"));
    assert_eq!(found("<aces:workingLocation/><aces:workingLocation/>"), one("MULTIPLE_WORKING_LOCATIONS", "/workingLocation[2]"));
    assert_eq!(found(&look("<aces:file>../a.clf</aces:file>")), one("UNSAFE_FILE_PATH", "/lookTransform"));
    assert_eq!(found(&look("<aces:file>%2Fa.clf</aces:file>")), one("NON_PORTABLE_PATH", "/lookTransform"));
    assert_eq!(found(&look("<aces:file>a.cube</aces:file>")), one("NON_CLF_TRANSFORM_FILE", "/lookTransform"));
    let unknown = look("<aces:transformId>urn:ampas:aces:transformId:v2.0:Look.Me.Mine.a2.v1</aces:transformId>");
    assert_eq!(found(&unknown), one("INVALID_TRANSFORM_ID", "/lookTransform"));
    assert_eq!(
        found("<aces:lookTransform applied='maybe'><aces:file>a.clf</aces:file></aces:lookTransform>"),
        one("SCHEMA_VIOLATION", "/lookTransform")
    );
    assert_eq!(found("<aces:outputTransform applied='true'/>"), one("SCHEMA_VIOLATION", "/outputTransform"));
    assert_eq!(found("<other/>"), one("SCHEMA_VIOLATION", "/other"));
    assert_eq!(with("\n\n<other/>").1[0].line, 11);
}

#[test]
fn a_bare_cdl_is_taken_behind_the_working_location() {
    let bare = cdl("1 1 1", "ACEScct", "ACEScct");
    let (start, end) = (bare.find("<aces:cdlWorkingSpace>").unwrap(), bare.find("<cdl:ASC_SOP>").unwrap());
    let bare = format!("{}{}", &bare[..start], &bare[end..]);
    assert!(!is_valid(&with(&bare).1));
    let (amf, found) = with(&format!("<aces:workingLocation/>{bare}"));
    assert!(is_valid(&found) && found.iter().any(|d| d.code == "MISSING_CDL_WORKING_SPACE"));
    let Reference::Cdl(look) = &amf.pipeline.looks().next().unwrap().reference else { panic!() };
    assert_eq!(look.working_space, None);
}

#[test]
fn names_from_before_the_release_are_understood() {
    let old = format!("{HEAD}{}{TAIL}", cdl("1 1 1", "ACEScct", "ACEScct"))
        .replace("urn:ampas:aces:amf:v2.0", "urn:acesMetadata:acesMetadataFile:v1.0")
        .replace("version=\"2.0\"", "version=\"1.0\"")
        .replace("cdlWorkingSpace", "lookTransformWorkingSpace")
        .replace("CdlWorkingSpace", "LookTransformWorkingSpace");
    let (amf, found) = parse(old.as_bytes(), None).unwrap();
    assert!(is_valid(&found), "{found:?}");
    assert!(found.iter().any(|d| d.code == "PRE_RELEASE_NAMESPACE"));
    let Reference::Cdl(look) = &amf.pipeline.looks().next().unwrap().reference else { panic!() };
    assert!(look.working_space.as_ref().is_some_and(|s| s.to.is_some() && s.from.is_some()));
    assert_eq!(parse(write(&amf).as_bytes(), None).unwrap().0, amf);
}

#[test]
fn what_is_unknown_survives() {
    let text = format!(
        "{HEAD}<!-- kept --><x:note xmlns:x='urn:x' x:a='1'><x:deep>t</x:deep></x:note>{}<aces:future/>{TAIL}",
        look("<aces:file>a.clf</aces:file><q xmlns=''/>")
    );
    let (amf, _) = parse(text.as_bytes(), None).unwrap();
    let written = write(&amf);
    assert!(["<!-- kept -->", "<x:deep>t</x:deep>", "<q", "<aces:future/>"].iter().all(|s| written.contains(s)), "{written}");
    assert_eq!(parse(written.as_bytes(), None).unwrap().0, amf);
}

#[test]
fn refuses_what_is_no_amf() {
    for bad in
        ["<a/>", "<acesMetadataFile/>", "<x xmlns='urn:ampas:aces:amf:v2.0'/>", "<acesMetadataFile xmlns='urn:ampas:aces:amf:v3.0'/>"]
    {
        let error = parse(bad.as_bytes(), None).unwrap_err();
        assert!(error.exit_code() == 10 && error.line_number() == Some(1), "{error}");
    }
    // An AMF that lacks everything still loads.
    assert!(!is_valid(&parse(b"<acesMetadataFile xmlns='urn:ampas:aces:amf:v2.0'/>", None).unwrap().1));
}

fn word() -> impl Strategy<Value = String> {
    "[a-z<&\" ]{0,6}[a-z]"
}

fn token() -> impl Strategy<Value = String> {
    "[a-z:/.<&-]{1,8}"
}

/// Unknown content: never in the namespaces of AMF and CDL, so that it cannot be mistaken for known content.
fn extra(known: usize) -> impl Strategy<Value = Extra> {
    prop::option::weighted(0.2, (crate::sidecar::xml::tests::element(), 0..=known)).prop_map(|some| {
        let nodes = some.map(|(element, position)| (position, Node::Element(element))).into_iter().collect();
        Extra { nodes, ..Extra::default() }
    })
}

fn number() -> impl Strategy<Value = f64> {
    prop::num::f64::NORMAL | prop::num::f64::ZERO | prop::num::f64::SUBNORMAL
}

fn triple() -> impl Strategy<Value = [f64; 3]> {
    [number(), number(), number()]
}

fn transform(reference: impl Strategy<Value = Reference>, applied: bool) -> impl Strategy<Value = Transform> {
    let hash = prop::option::of((token(), token()).prop_map(|(algorithm, text)| Hash { algorithm, text, line: Default::default() }));
    (prop::option::of(any::<bool>()), prop::option::of(word()), hash, reference, extra(0)).prop_map(
        move |(said, description, hash, reference, extra)| Transform {
            applied: said.filter(|_| applied),
            description,
            hash,
            reference,
            extra,
            ..Transform::default()
        },
    )
}

fn named() -> BoxedStrategy<Reference> {
    prop_oneof![
        Just(Reference::Missing),
        token().prop_map(Reference::TransformId),
        token().prop_map(Reference::File),
        token().prop_map(Reference::Uuid)
    ]
    .boxed()
}

fn part() -> impl Strategy<Value = Box<Transform>> {
    transform(named(), false).prop_map(Box::new)
}

fn input() -> impl Strategy<Value = Transform> {
    let pair = (part(), part()).prop_map(|(device, rendering)| Reference::InverseOutputPair { device, rendering });
    transform(prop_oneof![named(), part().prop_map(Reference::InverseOutput), pair], true)
}

fn output() -> impl Strategy<Value = Transform> {
    transform(prop_oneof![named(), (part(), part()).prop_map(|(rendering, device)| Reference::OutputPair { rendering, device })], true)
}

fn looks() -> impl Strategy<Value = Transform> {
    let values = (triple(), triple(), triple(), number(), extra(3), extra(1)).prop_map(|(slope, offset, power, saturation, sop, sat)| {
        let cdl = Cdl { slope, offset, power, saturation, ..Cdl::default() };
        Correction::Values { cdl, sop, sat, line: Default::default() }
    });
    let file = (token(), prop::option::of(token())).prop_map(|(id, file)| Correction::File { id, file, extra: Extra::default() });
    let space = (prop::option::of(transform(named(), false)), prop::option::of(transform(named(), false)))
        .prop_map(|(to, from)| WorkingSpace { to, from, ..WorkingSpace::default() });
    let cdl = (prop::option::of(space), prop_oneof![values, file])
        .prop_map(|(working_space, correction)| Reference::Cdl(Box::new(CdlLook { working_space, correction })));
    transform(prop_oneof![named(), cdl], true)
}

fn info() -> impl Strategy<Value = Info> {
    let author = (word(), prop::option::of(word()), extra(1)).prop_map(|(name, email, extra)| Author { name, email, extra });
    let dates = (token(), token()).prop_map(|(created, modified)| Dates { created, modified, ..Dates::default() });
    (prop::option::of(word()), prop::collection::vec(author, 0..3), prop::option::of(dates), prop::option::of(token()), extra(0))
        .prop_map(|(description, authors, dates, uuid, extra)| Info { description, authors, dates, uuid, extra, ..Info::default() })
}

fn pipeline() -> impl Strategy<Value = Pipeline> {
    let step = prop_oneof![4 => looks().prop_map(|l| Step::Look(Box::new(l))), 1 => Just(Step::WorkingLocation(Default::default()))];
    let system = prop::option::of((0..=9u8, 0..=9u8, 0..=9u8).prop_map(|(major, minor, patch)| SystemVersion { major, minor, patch }));
    (info(), system, prop::option::of(input()), prop::collection::vec(step, 0..4), prop::option::of(output()), extra(1)).prop_map(
        |(info, system_version, input, steps, output, extra)| Pipeline {
            info,
            system_version,
            input,
            steps,
            output,
            extra,
            ..Pipeline::default()
        },
    )
}

fn document() -> impl Strategy<Value = Amf> {
    let media = prop_oneof![
        token().prop_map(Media::File),
        token().prop_map(Media::Uuid),
        (word(), word(), any::<u64>(), any::<u64>()).prop_map(|(template, idx, min, max)| Media::Sequence { template, idx, min, max })
    ];
    let clip =
        (word(), prop::option::of(media), extra(1)).prop_map(|(name, media, extra)| ClipId { name, media, extra, ..ClipId::default() });
    let version = prop_oneof![Just(Version::V1), Just(Version::V2)];
    (version, info(), prop::option::of(clip), pipeline(), prop::collection::vec(pipeline(), 0..2), extra(2))
        .prop_map(|(version, info, clip_id, pipeline, archived, extra)| Amf { version, info, clip_id, pipeline, archived, extra })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn what_is_written_is_read_back(amf in document()) {
        let text = write(&amf);
        prop_assert_eq!(&parse(text.as_bytes(), None).unwrap().0, &amf, "{}", text);
    }
}

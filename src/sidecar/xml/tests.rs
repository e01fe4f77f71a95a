use super::*;
use proptest::prelude::*;

fn root(text: &str) -> Element {
    parse(text.as_bytes()).unwrap().root
}

fn error(text: impl AsRef<[u8]>) -> String {
    let error = parse(text.as_ref()).unwrap_err();
    assert!(error.exit_code() == 10 && error.line_number().is_some(), "{error}");
    format!("{}: {error}", error.line_number().unwrap())
}

#[test]
fn keeps_names_text_comments_and_lines() {
    let r = root(
        "<?xml version='1.0'?>\n<!--a-->\n<x:a xmlns:x=\"n\" x:k='1' k='2&#x41;'>\r\n <b> t &lt;<![CDATA[<&]]></b>\n<!-- c -->\n<?pi d?><x:e/>\n</x:a>",
    );
    assert!(r.name.is("n", "a") && r.line.0 == 3);
    assert_eq!((r.get("k"), r.attributes[0].name.namespace.as_str()), (Some("2A"), "n"));
    let [Node::Element(b), Node::Comment(c), Node::Instruction(_), Node::Element(e)] = r.children.as_slice() else { panic!("{r:?}") };
    assert_eq!((b.text().as_str(), b.line.0, c.as_str(), e.line.0), (" t <<&", 4, " c ", 6));
    assert!(b.name.is("", "b") && e.name.is("n", "e"));
}

#[test]
fn a_doctype_is_read_past_but_entities_are_refused() {
    assert_eq!(root("<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a>x</a>").text(), "x");
    let bomb = "<!DOCTYPE a [\n<!ENTITY l0 \"lol\">\n<!ENTITY l1 \"&l0;&l0;&l0;\">]>\n\n<a>&l1;</a>";
    assert!(error(bomb).contains("5: entity = &l1;"), "{}", error(bomb));
    let attribute = "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>\n<a b='&x;'/>";
    assert!(error(attribute).contains("2: entity = &x;"), "{}", error(attribute));
}

#[test]
fn stops_at_its_limits() {
    let deep = "<a>".repeat(1_000_000);
    assert!(error(&deep).contains("levels of elements"));
    let inside = format!("{}{}", "<a>".repeat(64), "</a>".repeat(64));
    assert!(parse(inside.as_bytes()).is_ok());
    let limits = Limits { bytes: 1000, depth: 3, nodes: 5, attributes: 2, attribute_bytes: 10 };
    let limited = |text: &str| parse_with(text.as_bytes(), &limits).unwrap_err().to_string();
    assert!(limited(&format!("<a b='{}'/>", "x".repeat(11))).contains("more bytes in one attribute than 10"));
    assert!(limited("<a b='' c='' d=''/>").contains("more attributes than 2"));
    assert!(limited("<a><b/><b/><b/><b/><b/></a>").contains("more nodes than 5"));
    assert!(limited(&" ".repeat(1001)).contains("more bytes than 1000"));
    let long = format!("<a b='{}'/>", "x".repeat(100 << 10));
    assert!(error(&long).contains("more bytes in one attribute"));
}

#[test]
fn refuses_other_encodings() {
    for utf16 in [&b"\xFE\xFF\0<\0a"[..], b"\xFF\xFE<\0a\0", b"\0<\0a", b"<\0a\0"] {
        assert!(error(utf16).contains("UTF-16"));
    }
    assert!(error(b"<a>\n\xE9</a>").starts_with("2: "));
    assert_eq!(root("\u{FEFF}<a>\u{e9}</a>").text(), "\u{e9}");
    assert_eq!(root("<?xml version='1.0' encoding='ISO-8859-1'?><a>e</a>").text(), "e");
    assert!(error("<?xml version='1.0' encoding='ISO-8859-1'?><a>\u{e9}</a>").contains("only UTF-8"));
}

#[test]
fn refuses_what_is_not_well_formed() {
    for bad in [
        "",
        " ",
        "x",
        "<a>",
        "<a></b>",
        "<a/><b/>",
        "<a/>x",
        "x<a/>",
        "<a b=c/>",
        "<a b='1' b='2'/>",
        "<a b='<'/>",
        "<1/>",
        "<a:b/>",
        "<a b:c=''/>",
        "<a xmlns:x='n' xmlns:y='n' x:k='' y:k=''/>",
        "<a>&nbsp;</a>",
        "<a>&#0;</a>",
        "<a>&#xD800;</a>",
        "<a>\u{1}</a>",
        "<a b='&#2;'/>",
        "<a>]]></a>",
        "<!--a--b--><a/>",
        "<a><!DOCTYPE a></a>",
        "<![CDATA[x]]><a/>",
        "<a:b:c xmlns:a='n'/>",
        "<a",
        "<a><?p",
        "</a>",
        "<a/><?xml version='1.0'?>",
        "<a><?xml a?></a>",
        "<a><?XML a?></a>",
        "<a><?Xml?></a>",
        "<a><??></a>",
        "<a><? a?></a>",
        "<a><?1 a?></a>",
        "<a><?a:b c?></a>",
    ] {
        assert!(parse(bad.as_bytes()).is_err(), "{bad}");
    }
}

#[test]
fn namespaces_are_declared_where_needed() {
    let mut outer = Element::new(Name::new("p", "a", "one"));
    // The same prefix in another namespace, beside and inside.
    outer.attributes.push(Attribute { name: Name::new("p", "k", "two"), value: "v".into() });
    outer.attributes.push(Attribute { name: Name::new("", "k", "three"), value: "\" <&\t\n\r'".into() });
    let mut plain = Element::new(Name::new("", "b", "four"));
    plain.children.push(Node::Element(Element::new(Name::new("", "c", ""))));
    plain.children.push(Node::Element(Element::new(Name::new("p", "d", "two"))));
    outer.children.push(Node::Element(plain));
    let text = write_element(&outer);
    assert_eq!(root(&text), outer, "{text}");
}

fn text() -> impl Strategy<Value = String> {
    "[a-z <>&\"'\\]\n\t\r\u{e9}\u{1F600}-]{1,12}".prop_map(String::from)
}

fn name() -> impl Strategy<Value = Name> {
    ("[a-c]?", "[a-c]{1,2}", prop::sample::select(vec!["", "one", "two", "three"])).prop_map(|(p, l, n)| Name::new(&p, &l, n))
}

fn attributes() -> impl Strategy<Value = Vec<Attribute>> {
    prop::collection::vec((name(), text()), 0..4).prop_map(|list| {
        let mut attributes: Vec<Attribute> = vec![];
        for (name, value) in list {
            if !attributes.iter().any(|a| a.name == name) {
                attributes.push(Attribute { name, value });
            }
        }
        attributes
    })
}

/// A tree as the reader would give it: no neighbouring texts, no layout.
pub(in crate::sidecar) fn element() -> impl Strategy<Value = Element> {
    let leaf = (name(), attributes(), prop::option::of(text())).prop_map(|(name, attributes, text)| Element {
        name,
        attributes,
        children: text.map(Node::Text).into_iter().collect(),
        ..Element::default()
    });
    leaf.prop_recursive(4, 24, 4, |inner| {
        let node = prop_oneof![
            4 => inner.prop_map(Node::Element),
            1 => "[a-z <&]{0,8}".prop_map(Node::Comment),
            // A target may begin with the letters, it may not be them.
            1 => "(xml[a-z]|[a-w][a-z]{0,3}) [a-z <&]{0,8}[a-z]".prop_map(Node::Instruction),
            1 => text().prop_map(|t| Node::Text(format!("x{t}"))),
        ];
        (name(), attributes(), prop::collection::vec(node, 0..5)).prop_map(|(name, attributes, mut children)| {
            children.dedup_by(|a, b| matches!((a, b), (Node::Text(_), Node::Text(_))));
            Element { name, attributes, children, ..Element::default() }
        })
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(root in element()) {
        let document = Document { prolog: vec![Node::Comment(" p ".into())], root, epilog: vec![] };
        let text = write(&document);
        prop_assert_eq!(parse(text.as_bytes()).map_err(|e| TestCaseError::fail(format!("{e}\n{text}")))?, document, "{}", text);
    }

    #[test]
    fn nothing_panics(bytes in prop::collection::vec(any::<u8>(), 0..200), text in "[<>/!?a&;:='\" \\[\\]-]{0,60}") {
        let _ = parse(&bytes);
        let _ = parse(text.as_bytes());
    }
}

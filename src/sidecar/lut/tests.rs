use super::{cube, *};
use crate::color::{Lattice, Lut1, Lut1Domain};
use proptest::prelude::*;

type Reader = fn(&str) -> Result<LookFile>;

/// Every reader of text.
const READERS: &[(&str, Reader)] = &[
    ("cube", cube::parse),
    ("3dl", threedl::parse),
    ("csp", csp::parse),
    ("spi1d", spi::parse_1d),
    ("spi3d", spi::parse_3d),
    ("spimtx", spi::parse_matrix),
    ("m3d", pandora::parse),
    ("Houdini", houdini::parse),
    ("Discreet", |text| discreet::parse(text, "8to16fp")),
];

/// What the formats are made of, so that random texts come far into the readers.
const WORDS: &str = "LUT_1D_SIZE|LUT_3D_SIZE|DOMAIN_MIN|DOMAIN_MAX|LUT_1D_INPUT_RANGE|LUT_3D_INPUT_RANGE|TITLE|CSPLUTV100|1D|3D|\
    BEGIN METADATA|END METADATA|Version|From|Length|Components|\\{|\\}|SPILUT|channel 3d|in|out|format lut|values red green blue|LUT:|\
    Type|C|3D\\+1D|RGB|Pre|\"|#|\n|\n|\n| | |0|1|2|2|3|8|256|1024|65536|0\\.5|-1|1e300|1e-300|nan|inf|99999999999999999999|é";

proptest! {
    #[test]
    fn no_text_makes_a_reader_panic(text in prop_oneof![proptest::string::string_regex(".{0,200}").unwrap(), proptest::string::string_regex(&format!("(({WORDS}) ?){{0,60}}")).unwrap()]) {
        for (_, read) in READERS {
            let _ = read(&text);
        }
    }

    #[test]
    fn cube_files_are_read_back(
        table in prop::option::of((2usize..9, any::<u32>())),
        size in prop::option::of(2usize..5),
        [low, high] in [-9.0..0.5f64, 0.6..9.0],
        title in prop::option::of("[a-zA-Z0-9 é]{1,12}"),
    ) {
        prop_assume!(table.is_some() || size.is_some());
        let value = |i: usize| (i as f64 * 0.618_033).fract() * 3.0 - 1.0;
        let table = table.map(|(n, shift)| {
            let channel = |c: usize| (0..n).map(|i| value(i * 3 + c + shift as usize % 1000)).collect();
            Lut1::new(Lut1Domain::Uniform, [channel(0), channel(1), channel(2)], false).unwrap()
        });
        let lattice = size.map(|n| Lattice::new(n, &(0..n * n * n).map(|i| [value(i), value(i + 7), value(i + 11)]).collect::<Vec<_>>()).unwrap());
        let text = cube::write(title.as_deref(), table.as_ref().map(|t| (t, [low, high])), lattice.as_ref().map(|l| (l, [0.0, 1.0]))).unwrap();
        let look = cube::parse(&text).unwrap();
        // Resolve's form, with a range of inputs or both tables, has no title that all programs read.
        let titled = title.filter(|_| table.is_none());
        prop_assert_eq!(&look.title, &titled);
        let tables = look.ops.iter().filter(|op| !matches!(op, Op::Matrix(_)));
        let want = table.map(Op::Lut1).into_iter().chain(lattice.map(|l| Op::Lut3(crate::color::Lut3::new(l, crate::color::Interpolation::Trilinear))));
        prop_assert!(tables.cloned().eq(want), "{}", text);
        let windows = text.replace('\n', "\r\n");
        prop_assert_eq!(&cube::parse(windows.trim_end()).unwrap().ops, &look.ops);
    }
}

#[test]
fn errors_name_the_line() {
    for (read, text, line) in [
        (cube::parse as fn(&str) -> Result<LookFile>, "LUT_1D_SIZE 2\n0 0 0\n1 x 1\n", 3),
        (cube::parse, "LUT_1D_SIZE 2\n0 0 0\nnan 1 1\n", 3),
        (cube::parse, "LUT_3D_SIZE 257\n", 1),
        (cube::parse, "LUT_1D_SIZE 2\nLUT_1D_SIZE 2\n", 2),
        (cube::parse, "TITLE \"a\"\nLUT_2D_SIZE 2\n", 2),
        (threedl::parse, "3DMESH\n0 0 0\n1 2\n", 3),
        (csp::parse, "CSPLUTV100\n1D\n2\n0 1\n0 1\n2\n1 0\n0 1\n", 7),
        (spi::parse_1d, "Version 1\nLength 2\nComponents 1\n{\n0\n0 1\n", 6),
        (spi::parse_1d, "Version 2\n", 1),
        (
            spi::parse_3d,
            "SPILUT 1.0\n3 3\n2 2 2\n0 0 0 0 0 0\n0 0 2 0 0 0\n#                                                                       ",
            5,
        ),
        (spi::parse_3d, "SPILUT 1.0\n3 3\n256 256 256\n0 0 0 0 0 0\n", 3),
        (spi::parse_matrix, "1 0 0 0\n0 1 0 0\n0 0 1 0 5\n", 3),
        (pandora::parse, "channel 3d\nin 8\nout 256\nformat lut\nvalues red green blue\n1 0 0 0\n", 6),
        (houdini::parse, "Version 1\nType X\n", 2),
        (|text| discreet::parse(text, ""), "LUT: 1 256\n70000\n", 2),
    ] {
        let error = read(text).unwrap_err();
        assert_eq!((error.line_number(), error.exit_code()), (Some(line), 10), "{text}: {error}");
    }
}

#[test]
fn wrong_counts_are_refused() {
    for text in ["LUT_1D_SIZE 2\n0 0 0\n", "LUT_1D_SIZE 2\n0 0 0\n1 1 1\n2 2 2\n", "LUT_3D_SIZE 2\n0 0 0\n", "TITLE \"none\"\n", ""] {
        assert!(cube::parse(text).is_err(), "{text}");
    }
}

#[test]
fn a_spec_is_a_file_a_part_of_one_or_a_name() {
    assert_eq!(file("a/b.ccc?id=shot 1"), Some((Path::new("a/b.ccc"), Some("shot 1"))));
    assert_eq!(file("b.CDL#2"), Some((Path::new("b.CDL"), Some("2"))));
    assert_eq!(file("x#1.cube"), Some((Path::new("x#1.cube"), None)));
    assert_eq!(file("arri-logc4"), None);
    assert!(transform("arri-logc4", true).is_ok());
    assert_eq!(transform("nowhere.cube", false).unwrap_err().exit_code(), 20);
}

#[test]
fn the_part_of_a_correction_file_is_chosen_by_its_id() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.ccc");
    let corrections = [1.0, 2.0].map(|s| crate::sidecar::cdl::Cdl { id: Some(format!("cc{s}")), slope: [s; 3], ..Default::default() });
    std::fs::write(&path, crate::sidecar::cdl::write_ccc(&corrections)).unwrap();
    let slope = |spec: &str| match &transform(spec, false).unwrap()[..] {
        [Op::Cdl(cdl)] => cdl.slope[0],
        other => panic!("{other:?}"),
    };
    let spec = path.display().to_string();
    assert_eq!((slope(&spec), slope(&format!("{spec}?id=cc2")), slope(&format!("{spec}#cc2"))), (1.0, 2.0, 2.0));
    assert_eq!(read(&path).unwrap().warnings[0].code, "CDL_FIRST_OF_SEVERAL");
    assert!(transform(&format!("{spec}#cc3"), false).is_err());
}

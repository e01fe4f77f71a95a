//! CDL files of the OpenColorIO test set and of the AMF examples.

use super::files;
use crate::corpus;
use prelight::sidecar::cdl;

#[test]
fn every_cdl_of_the_corpus() {
    let Some(folder) = corpus("standards/clf_lut/ocio_luts") else { return };
    let read = |name: &str| cdl::read(&folder.join(name)).unwrap_or_else(|e| panic!("{e}"));
    let one = |name: &str| read(name).remove(0);
    let foo = one("cdl_test1.cc");
    assert_eq!(foo.id.as_deref(), Some("foo"));
    assert_eq!((foo.slope, foo.offset, foo.power, foo.saturation), ([1.1, 1.2, 1.3], [2.1, 2.2, 2.3], [3.1, 3.2, 3.3], 0.7));
    assert_eq!(foo.description.as_deref(), Some("this is a description"));
    for (name, saturation) in [("cdl_test_ASC_SAT.cc", 0.42), ("cdl_test_ASC_SOP.cc", 0.42), ("cdl_test_SATNode.cc", 0.42)] {
        assert_eq!((one(name).slope, one(name).saturation), (foo.slope, saturation), "{name}");
    }
    assert_eq!(one("cdl_test2.cc").offset, [-0.03, -2e-2, 0.0]);
    assert!(one("cdl_test_cc_file_with_extension.cdl").is_identity());
    let ccc = read("cdl_test1.ccc");
    let ids: Vec<_> = ccc.iter().map(|c| c.id.as_deref()).collect();
    assert_eq!(ids, [Some("cc0001"), Some("cc0002"), Some("cc0003"), None, None]);
    assert_eq!((ccc[3].slope, ccc[3].saturation), ([4.0, 5.0, 6.0], 1.0));
    assert_eq!((ccc[4].slope, ccc[4].saturation), ([1.0; 3], 0.0));
    assert!(ccc.iter().all(|c| c.validate().is_ok()));
}

#[test]
fn every_collection_of_the_amf_examples() {
    let Some(folder) = corpus("standards/amf") else { return };
    for path in files(&folder, "ccc") {
        let read = cdl::read(&path);
        if path.ends_with("malformed.ccc") {
            let error = read.unwrap_err();
            assert!(error.exit_code() == 10 && error.line_number().is_some_and(|l| l > 5), "{error}");
            continue;
        }
        let corrections = read.unwrap();
        assert!(corrections.len() >= 2 && corrections.iter().all(|c| c.id.is_some()), "{}", path.display());
        assert_eq!(cdl::parse(cdl::write_ccc(&corrections).as_bytes()).unwrap(), corrections);
        assert_eq!(cdl::parse(cdl::write_cdl(&corrections).as_bytes()).unwrap(), corrections);
    }
}

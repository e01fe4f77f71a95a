//! ACES transform IDs: which form belongs in which slot (the `tn…` types of the AMF schemas 1.0 and 2.0).

use super::Version;

/// What a transform in a slot does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    Input,
    Look,
    Output,
    InverseOutput,
    ReferenceRendering,
    OutputDevice,
    InverseReferenceRendering,
    InverseOutputDevice,
    /// To or from the working space of a CDL.
    ColorSpaceConversion,
}

/// The part of an ID that follows its type.
#[derive(Clone, Copy)]
enum Form {
    /// `.Namespace.Name.aN.vM`
    Vendor,
    /// `.Academy.Name.aN.N.N`
    Academy,
    /// `.Name.aN.vM`
    Short,
    /// `.Name.aN.N.N`
    ShortAcademy,
    /// `.aN.N.N`
    Bare,
}

/// Types with what may follow them.
type Forms = &'static [(&'static str, Form)];

/// What all ACES transform IDs begin with.
pub(super) const URN: &str = "urn:ampas:aces:transformId:";
/// Before an ID by the rules of ACES 1.
pub(super) const V1_5: &str = "urn:ampas:aces:transformId:v1.5:";
/// Before an ID by the rules of ACES 2.
pub(super) const V2_0: &str = "urn:ampas:aces:transformId:v2.0:";

impl Role {
    /// The forms allowed: type and rest for ACES 1 IDs, then for ACES 2 IDs.
    fn forms(self, version: Version) -> (Forms, Forms) {
        use Form::*;
        let (old, new): (Forms, Forms) = match self {
            Self::Input if version == Version::V1 => (&[("IDT", Vendor)], &[]),
            Self::Input => (&[("IDT", Vendor), ("ACEScsc", ShortAcademy)], &[("Input", Vendor), ("CSC", Short)]),
            Self::Look => (&[("LMT", Vendor), ("LMT", Academy)], &[("Look", Vendor)]),
            Self::Output => (&[("RRTODT", Vendor), ("RRTODT", Academy)], &[("Output", Vendor)]),
            Self::InverseOutput => (&[("InvRRTODT", Vendor), ("InvRRTODT", Academy)], &[("InvOutput", Vendor)]),
            Self::ColorSpaceConversion => (&[("ACEScsc", Vendor), ("ACEScsc", Academy)], &[("CSC", Vendor)]),
            Self::ReferenceRendering => (&[("RRT", Bare)], &[]),
            Self::InverseReferenceRendering => (&[("InvRRT", Bare)], &[]),
            Self::OutputDevice => (&[("ODT", Vendor), ("ODT", Academy)], &[]),
            Self::InverseOutputDevice => (&[("InvODT", Vendor), ("InvODT", Academy)], &[]),
        };
        (old, if version == Version::V1 { &[] } else { new })
    }

    /// Whether the schema of `version` accepts `id` in this slot.
    pub fn accepts(self, version: Version, id: &str) -> bool {
        let (old, new) = self.forms(version);
        let (body, forms) = match (id.strip_prefix(V1_5), id.strip_prefix(V2_0)) {
            (Some(body), _) => (body, old),
            (_, Some(body)) => (body, new),
            _ => return false,
        };
        !body.contains(char::is_whitespace) && forms.iter().any(|(kind, form)| fits(body, kind, *form))
    }

    /// What a colourist calls it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Input => "Input Transform",
            Self::Look => "Look",
            Self::Output => "Output Transform",
            Self::InverseOutput => "Inverse Output Transform",
            Self::ReferenceRendering => "Reference Rendering Transform",
            Self::OutputDevice => "Output Device Transform",
            Self::InverseReferenceRendering => "Inverse Reference Rendering Transform",
            Self::InverseOutputDevice => "Inverse Output Device Transform",
            Self::ColorSpaceConversion => "Working Space",
        }
    }
}

fn digits(s: &str) -> bool {
    !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit())
}

fn fits(body: &str, kind: &str, form: Form) -> bool {
    let Some(rest) = body.strip_prefix(kind).and_then(|r| r.strip_prefix('.')) else { return false };
    let lettered = |part: &str, letter| part.strip_prefix(letter).is_some_and(digits);
    let name = match form {
        Form::Vendor | Form::Short => {
            let Some((head, v)) = rest.rsplit_once('.') else { return false };
            let Some((name, a)) = head.rsplit_once('.') else { return false };
            if !lettered(v, 'v') || !lettered(a, 'a') {
                return false;
            }
            name
        }
        Form::Academy | Form::ShortAcademy | Form::Bare => {
            // For the bare form nothing precedes the version, so that a dot in front makes all three alike.
            let rest = format!(".{rest}");
            let mut parts = rest.rsplitn(4, '.');
            let (Some(c), Some(b), Some(a), Some(name)) = (parts.next(), parts.next(), parts.next(), parts.next()) else { return false };
            if !digits(c) || !digits(b) || !lettered(a, 'a') {
                return false;
            }
            return match (form, name.strip_prefix('.')) {
                (Form::Bare, name) => name.is_none_or(str::is_empty),
                (Form::Academy, name) => name.and_then(|n| n.strip_prefix("Academy.")).is_some_and(|n| !n.is_empty()),
                (_, name) => name.is_some_and(|n| !n.is_empty()),
            };
        }
    };
    match form {
        // Two non-empty parts around some dot.
        Form::Vendor => name.char_indices().any(|(i, c)| c == '.' && i > 0 && i + 1 < name.len()),
        _ => !name.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_take_what_the_schema_lists() {
        let v1 = |s: &str| format!("{V1_5}{s}");
        let v2 = |s: &str| format!("{V2_0}{s}");
        let ok = |role: Role, id: String| role.accepts(Version::V2, &id);
        assert!(ok(Role::Input, v1("IDT.ARRI.Alexa-v3-logC-EI800.a1.v2")));
        assert!(ok(Role::Input, v1("ACEScsc.Academy.ACEScct_to_ACES.a1.0.3")));
        assert!(ok(Role::Input, v2("CSC.Arri.LogC4_to_ACES.a2.v1")));
        assert!(ok(Role::Look, v1("LMT.Academy.GamutCompress.a1.3.0")));
        assert!(!ok(Role::Look, v1("LMT.Academy.ReferenceGamutCompress.a1.v1.0")));
        assert!(ok(Role::ReferenceRendering, v1("RRT.a1.0.3")));
        assert!(!ok(Role::ReferenceRendering, v1("RRT.Academy.a1.0.3")));
        assert!(ok(Role::OutputDevice, v1("ODT.Academy.Rec709_100nits_dim.a1.0.3")));
        assert!(ok(Role::Output, v2("Output.Academy.Rec709-D65_100nit_in_Rec709-D65_BT1886.a2.v1")));
        assert!(!ok(Role::Output, v2("CSC.Arri.LogC4_to_ACES.a2.v1")));
        assert!(ok(Role::ColorSpaceConversion, v2("CSC.ACEScct.ACES2065-1.a1.v1")));
        for bad in ["", "IDT.x.a1.v1", "IDT...a1.v1", "IDT.A.B.a.v1", "IDT.A.B.a1.v", "IDT.A B.C.a1.v1", "IDT", "IDT."] {
            assert!(!ok(Role::Input, v1(bad)), "{bad}");
        }
        assert!(!Role::Input.accepts(Version::V1, &v2("CSC.Arri.LogC4_to_ACES.a2.v1")));
        assert!(!Role::Input.accepts(Version::V1, &v1("ACEScsc.Academy.ACEScct_to_ACES.a1.0.3")));
    }
}

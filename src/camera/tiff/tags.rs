//! Names of the tags that camera files carry: TIFF 6.0, TIFF/EP (ISO 12234-2), Exif 2.3, DNG 1.7, CinemaDNG 1.1.

use std::fmt;

/// A TIFF tag. Shown as `DNG 51044 FrameRate`: the standard that defines it, its number, its name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Tag(pub u16);

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match NAMES.binary_search_by_key(&self.0, |n| n.0) {
            Ok(i) => write!(f, "{} {} {}", NAMES[i].1, self.0, NAMES[i].2),
            Err(_) => write!(f, "TIFF {}", self.0),
        }
    }
}

macro_rules! tags {
    ($($number:literal $standard:literal $name:literal $($constant:ident)?;)*) => {
        /// Ascending by number.
        const NAMES: &[(u16, &str, &str)] = &[$(($number, $standard, $name)),*];
        impl Tag {
            $($(pub const $constant: Tag = Tag($number);)?)*
        }
    };
}

tags! {
    254 "TIFF" "NewSubfileType" NEW_SUBFILE_TYPE;
    255 "TIFF" "SubfileType";
    256 "TIFF" "ImageWidth" IMAGE_WIDTH;
    257 "TIFF" "ImageLength" IMAGE_LENGTH;
    258 "TIFF" "BitsPerSample" BITS_PER_SAMPLE;
    259 "TIFF" "Compression" COMPRESSION;
    262 "TIFF" "PhotometricInterpretation" PHOTOMETRIC;
    266 "TIFF" "FillOrder" FILL_ORDER;
    270 "TIFF" "ImageDescription";
    271 "TIFF" "Make" MAKE;
    272 "TIFF" "Model" MODEL;
    273 "TIFF" "StripOffsets" STRIP_OFFSETS;
    274 "TIFF" "Orientation" ORIENTATION;
    277 "TIFF" "SamplesPerPixel" SAMPLES_PER_PIXEL;
    278 "TIFF" "RowsPerStrip" ROWS_PER_STRIP;
    279 "TIFF" "StripByteCounts" STRIP_BYTE_COUNTS;
    282 "TIFF" "XResolution";
    283 "TIFF" "YResolution";
    284 "TIFF" "PlanarConfiguration" PLANAR_CONFIGURATION;
    296 "TIFF" "ResolutionUnit";
    305 "TIFF" "Software" SOFTWARE;
    306 "TIFF" "DateTime" DATE_TIME;
    315 "TIFF" "Artist";
    317 "TIFF" "Predictor" PREDICTOR;
    322 "TIFF" "TileWidth" TILE_WIDTH;
    323 "TIFF" "TileLength" TILE_LENGTH;
    324 "TIFF" "TileOffsets" TILE_OFFSETS;
    325 "TIFF" "TileByteCounts" TILE_BYTE_COUNTS;
    330 "TIFF" "SubIFDs" SUB_IFDS;
    339 "TIFF" "SampleFormat" SAMPLE_FORMAT;
    347 "TIFF" "JPEGTables";
    529 "TIFF" "YCbCrCoefficients";
    530 "TIFF" "YCbCrSubSampling";
    531 "TIFF" "YCbCrPositioning";
    532 "TIFF" "ReferenceBlackWhite";
    700 "XMP" "Packet";
    33421 "TIFF/EP" "CFARepeatPatternDim" CFA_REPEAT_PATTERN_DIM;
    33422 "TIFF/EP" "CFAPattern" CFA_PATTERN;
    33432 "TIFF" "Copyright";
    33434 "Exif" "ExposureTime" EXPOSURE_TIME;
    33437 "Exif" "FNumber" F_NUMBER;
    34665 "Exif" "ExifIFD" EXIF_IFD;
    34675 "TIFF" "ICCProfile";
    34850 "Exif" "ExposureProgram";
    34853 "Exif" "GPSInfo" GPS_INFO;
    34855 "Exif" "ISOSpeedRatings" ISO_SPEED_RATINGS;
    34864 "Exif" "SensitivityType";
    34866 "Exif" "RecommendedExposureIndex";
    36864 "Exif" "ExifVersion";
    36867 "Exif" "DateTimeOriginal" DATE_TIME_ORIGINAL;
    36868 "Exif" "DateTimeDigitized";
    36880 "Exif" "OffsetTime";
    36881 "Exif" "OffsetTimeOriginal";
    36882 "Exif" "OffsetTimeDigitized";
    37377 "Exif" "ShutterSpeedValue";
    37378 "Exif" "ApertureValue";
    37380 "Exif" "ExposureBiasValue";
    37381 "Exif" "MaxApertureValue";
    37382 "Exif" "SubjectDistance" SUBJECT_DISTANCE;
    37383 "Exif" "MeteringMode";
    37384 "Exif" "LightSource";
    37385 "Exif" "Flash";
    37386 "Exif" "FocalLength" FOCAL_LENGTH;
    37393 "TIFF/EP" "ImageNumber";
    37398 "TIFF/EP" "TIFF-EPStandardID";
    37500 "Exif" "MakerNote";
    37520 "Exif" "SubSecTime";
    37521 "Exif" "SubSecTimeOriginal";
    37522 "Exif" "SubSecTimeDigitized";
    41486 "Exif" "FocalPlaneXResolution";
    41487 "Exif" "FocalPlaneYResolution";
    41488 "Exif" "FocalPlaneResolutionUnit";
    41495 "Exif" "SensingMethod";
    41728 "Exif" "FileSource";
    41729 "Exif" "SceneType";
    41730 "Exif" "CFAPattern";
    41985 "Exif" "CustomRendered";
    41986 "Exif" "ExposureMode";
    41987 "Exif" "WhiteBalance";
    41988 "Exif" "DigitalZoomRatio";
    41989 "Exif" "FocalLengthIn35mmFilm";
    41990 "Exif" "SceneCaptureType";
    41991 "Exif" "GainControl";
    41992 "Exif" "Contrast";
    41993 "Exif" "Saturation";
    41994 "Exif" "Sharpness";
    41996 "Exif" "SubjectDistanceRange";
    42033 "Exif" "BodySerialNumber" BODY_SERIAL_NUMBER;
    42034 "Exif" "LensSpecification";
    42035 "Exif" "LensMake";
    42036 "Exif" "LensModel" LENS_MODEL;
    42037 "Exif" "LensSerialNumber" LENS_SERIAL_NUMBER;
    50706 "DNG" "DNGVersion" DNG_VERSION;
    50707 "DNG" "DNGBackwardVersion";
    50708 "DNG" "UniqueCameraModel" UNIQUE_CAMERA_MODEL;
    50709 "DNG" "LocalizedCameraModel";
    50710 "DNG" "CFAPlaneColor" CFA_PLANE_COLOR;
    50711 "DNG" "CFALayout" CFA_LAYOUT;
    50712 "DNG" "LinearizationTable" LINEARIZATION_TABLE;
    50713 "DNG" "BlackLevelRepeatDim" BLACK_LEVEL_REPEAT_DIM;
    50714 "DNG" "BlackLevel" BLACK_LEVEL;
    50715 "DNG" "BlackLevelDeltaH" BLACK_LEVEL_DELTA_H;
    50716 "DNG" "BlackLevelDeltaV" BLACK_LEVEL_DELTA_V;
    50717 "DNG" "WhiteLevel" WHITE_LEVEL;
    50718 "DNG" "DefaultScale" DEFAULT_SCALE;
    50719 "DNG" "DefaultCropOrigin" DEFAULT_CROP_ORIGIN;
    50720 "DNG" "DefaultCropSize" DEFAULT_CROP_SIZE;
    50721 "DNG" "ColorMatrix1" COLOR_MATRIX_1;
    50722 "DNG" "ColorMatrix2" COLOR_MATRIX_2;
    50723 "DNG" "CameraCalibration1" CAMERA_CALIBRATION_1;
    50724 "DNG" "CameraCalibration2" CAMERA_CALIBRATION_2;
    50725 "DNG" "ReductionMatrix1" REDUCTION_MATRIX_1;
    50726 "DNG" "ReductionMatrix2";
    50727 "DNG" "AnalogBalance" ANALOG_BALANCE;
    50728 "DNG" "AsShotNeutral" AS_SHOT_NEUTRAL;
    50729 "DNG" "AsShotWhiteXY" AS_SHOT_WHITE_XY;
    50730 "DNG" "BaselineExposure" BASELINE_EXPOSURE;
    50731 "DNG" "BaselineNoise";
    50732 "DNG" "BaselineSharpness";
    50733 "DNG" "BayerGreenSplit";
    50734 "DNG" "LinearResponseLimit";
    50735 "DNG" "CameraSerialNumber" CAMERA_SERIAL_NUMBER;
    50736 "DNG" "LensInfo" LENS_INFO;
    50737 "DNG" "ChromaBlurRadius";
    50738 "DNG" "AntiAliasStrength";
    50739 "DNG" "ShadowScale";
    50740 "DNG" "DNGPrivateData";
    50741 "DNG" "MakerNoteSafety";
    50778 "DNG" "CalibrationIlluminant1" CALIBRATION_ILLUMINANT_1;
    50779 "DNG" "CalibrationIlluminant2" CALIBRATION_ILLUMINANT_2;
    50780 "DNG" "BestQualityScale";
    50781 "DNG" "RawDataUniqueID";
    50827 "DNG" "OriginalRawFileName";
    50828 "DNG" "OriginalRawFileData";
    50829 "DNG" "ActiveArea" ACTIVE_AREA;
    50830 "DNG" "MaskedAreas" MASKED_AREAS;
    50831 "DNG" "AsShotICCProfile";
    50931 "DNG" "CameraCalibrationSignature" CAMERA_CALIBRATION_SIGNATURE;
    50932 "DNG" "ProfileCalibrationSignature" PROFILE_CALIBRATION_SIGNATURE;
    50934 "DNG" "AsShotProfileName";
    50936 "DNG" "ProfileName";
    50937 "DNG" "ProfileHueSatMapDims";
    50938 "DNG" "ProfileHueSatMapData1";
    50939 "DNG" "ProfileHueSatMapData2";
    50940 "DNG" "ProfileToneCurve";
    50941 "DNG" "ProfileEmbedPolicy";
    50942 "DNG" "ProfileCopyright";
    50964 "DNG" "ForwardMatrix1" FORWARD_MATRIX_1;
    50965 "DNG" "ForwardMatrix2" FORWARD_MATRIX_2;
    50966 "DNG" "PreviewApplicationName";
    50967 "DNG" "PreviewApplicationVersion";
    50969 "DNG" "PreviewSettingsDigest";
    50970 "DNG" "PreviewColorSpace";
    50971 "DNG" "PreviewDateTime";
    50972 "DNG" "RawImageDigest";
    50974 "DNG" "SubTileBlockSize" SUB_TILE_BLOCK_SIZE;
    50975 "DNG" "RowInterleaveFactor" ROW_INTERLEAVE_FACTOR;
    50981 "DNG" "ProfileLookTableDims";
    50982 "DNG" "ProfileLookTableData";
    51008 "DNG" "OpcodeList1" OPCODE_LIST_1;
    51009 "DNG" "OpcodeList2" OPCODE_LIST_2;
    51022 "DNG" "OpcodeList3" OPCODE_LIST_3;
    51041 "DNG" "NoiseProfile" NOISE_PROFILE;
    51043 "DNG" "TimeCodes" TIME_CODES;
    51044 "DNG" "FrameRate" FRAME_RATE;
    51058 "DNG" "TStop" T_STOP;
    51081 "DNG" "ReelName" REEL_NAME;
    51089 "DNG" "OriginalDefaultFinalSize";
    51105 "DNG" "CameraLabel" CAMERA_LABEL;
    51109 "DNG" "BaselineExposureOffset" BASELINE_EXPOSURE_OFFSET;
    51110 "DNG" "DefaultBlackRender";
    51111 "DNG" "NewRawImageDigest";
    51114 "DNG" "CacheVersion";
    51125 "DNG" "DefaultUserCrop";
    52525 "DNG" "ProfileGainTableMap";
    52529 "DNG" "CalibrationIlluminant3" CALIBRATION_ILLUMINANT_3;
    52530 "DNG" "CameraCalibration3" CAMERA_CALIBRATION_3;
    52531 "DNG" "ColorMatrix3" COLOR_MATRIX_3;
    52532 "DNG" "ForwardMatrix3" FORWARD_MATRIX_3;
    52533 "DNG" "IlluminantData1" ILLUMINANT_DATA_1;
    52534 "DNG" "IlluminantData2" ILLUMINANT_DATA_2;
    52535 "DNG" "IlluminantData3" ILLUMINANT_DATA_3;
    52537 "DNG" "ProfileHueSatMapData3";
    52538 "DNG" "ReductionMatrix3";
    52547 "DNG" "ColumnInterleaveFactor" COLUMN_INTERLEAVE_FACTOR;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_by_number() {
        assert!(NAMES.windows(2).all(|w| w[0].0 < w[1].0));
        assert_eq!(Tag::FRAME_RATE.to_string(), "DNG 51044 FrameRate");
        assert_eq!(Tag(60000).to_string(), "TIFF 60000");
    }
}

"""The road of an AMF, built of OpenColorIO's own transforms: LogC4, a CDL in ACEScct, a look file, the ACES 2 Rec.709 output.

usage: ocio_amf.py LOOK_FILE < rows of r,g,b; prints rows of r,g,b
"""

import sys

import PyOpenColorIO as ocio

BACK = ocio.TRANSFORM_DIR_INVERSE
grade = ocio.CDLTransform(slope=[1.1, 1.0, 0.9], offset=[0.01, 0.0, -0.02], power=[1.0, 1.05, 0.95], sat=0.9)
grade.setStyle(ocio.CDL_NO_CLAMP)
group = ocio.GroupTransform()
for step in [
    ocio.BuiltinTransform("ARRI_LOGC4_to_ACES2065-1"),
    ocio.BuiltinTransform("ACEScct_to_ACES2065-1", BACK),
    grade,
    ocio.BuiltinTransform("ACEScct_to_ACES2065-1"),
    ocio.FileTransform(sys.argv[1], interpolation=ocio.INTERP_LINEAR),
    ocio.BuiltinTransform("ACES-OUTPUT - ACES2065-1_to_CIE-XYZ-D65 - SDR-100nit-REC709_2.0"),
    ocio.BuiltinTransform("DISPLAY - CIE-XYZ-D65_to_REC.1886-REC.709"),
]:
    group.appendTransform(step)
processor = ocio.Config.CreateRaw().getProcessor(group).getOptimizedCPUProcessor(ocio.OPTIMIZATION_NONE)
for line in sys.stdin:
    if line.strip():
        print(*processor.applyRGB([float(v) for v in line.split(",")]), sep=",")

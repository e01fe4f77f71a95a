#!/usr/bin/env python3
"""Compares timelines by OpenTimelineIO: a JSON list of jobs on stdin, a JSON list of answers (null, or what differs) on stdout.

A job is [kind, ours, theirs, rate]: `otio` holds two OTIO files to be equivalent, `reads` one of ours to be read with clips in it, `edl`
two EDLs to be the same list, and `clips` an EDL of ours to hold the clips of an OTIO file.
"""
import json, sys
import opentimelineio as otio


def outline(timeline):
    """Track, name, source, place and retime of every clip, and every transition."""
    lines = []
    for track in timeline.tracks:
        for child in track:
            if isinstance(child, otio.schema.Transition):
                lines.append((track.name, child.transition_type, str(child.in_offset), str(child.out_offset)))
            elif isinstance(child, otio.schema.Clip):
                place = child.range_in_parent()
                effects = [(type(e).__name__, round(getattr(e, "time_scalar", 0.0), 3)) for e in child.effects]
                reel = child.metadata.get("cmx_3600", {}).get("reel", "")
                lines.append((track.name, child.name, str(child.source_range), str(place.start_time), effects, reel, len(child.markers),
                              str(child.metadata.get("cdl"))))
    return lines


def compare(kind, ours, theirs, rate):
    if kind == "otio":
        a, b = otio.adapters.read_from_file(ours), otio.adapters.read_from_file(theirs)
        if not b.is_equivalent_to(b):  # NaN
            return None if a.to_json_string() == b.to_json_string() else "not the same text"
        return None if a.is_equivalent_to(b) else f"not equivalent:\n{a.to_json_string()[:1500]}\n{b.to_json_string()[:1500]}"
    if kind == "reads":
        return None if len(otio.adapters.read_from_file(ours).find_clips()) else "no clips"
    a = otio.adapters.read_from_file(ours, adapter_name="cmx_3600", rate=rate)
    if kind == "edl":
        b = otio.adapters.read_from_file(theirs, adapter_name="cmx_3600", rate=rate)
        x, y = outline(a), outline(b)
    else:
        b = otio.adapters.read_from_file(theirs)
        clips = lambda t: [(c.name, str(c.trimmed_range().duration)) for c in t.find_clips()]
        x, y = clips(a), clips(b)
    return None if x == y else "\n".join(f"{p} / {q}" for p, q in zip(x, y) if p != q) or f"{len(x)} / {len(y)}"


def answer(job):
    try:
        return compare(*job)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


json.dump([answer(job) for job in json.load(sys.stdin)], sys.stdout)

//! The preview against the CPU.

use super::{
    chart::{self, ChartClip},
    device,
};
use prelight::{
    camera, demo,
    gpu::{self, Headless, Preview, Program, Target, ViewParams},
    image::{Image, RectF, Size},
    pipeline::{Plan, Settings, Sidecars, Stage},
    scope::{Eotf, Marking, Marks, Monitor, Stored, Values, itp::Light},
    session::{Channel, Finish, to_screen},
};
use std::{path::Path, sync::Arc};

/// A plan with the default output transform (ACES 2).
fn plan() -> Plan {
    let clip = ChartClip::open(Path::new("one.chart")).unwrap();
    Plan::new(&clip, &Sidecars::default(), &Settings::default()).unwrap()
}

pub fn show(preview: &mut Preview, target: &Target) {
    for _ in 0..10_000 {
        preview.show(target).unwrap();
        preview.advance();
        if preview.is_final(target) {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    panic!("the GPU never came to an end");
}

#[test]
fn every_stage_is_what_the_cpu_computes() {
    let Some(device) = device() else { return };
    let (plan, raw) = (plan(), chart::chart(Size::new(640, 360), 1.0, false, 5));
    for stage in Stage::ALL {
        let d = gpu::compare(device, &plan, &raw, stage).unwrap();
        let gpu::Difference { distance: d, pixels, adapter, .. } = d;
        eprintln!("{stage}: {:.2e} at {:?} on {adapter}", d.max, d.at);
        // Display code values; the scene-linear stages of this chart reach 4, where f32 steps are 4.8e-7.
        let limit = if stage == Stage::Display { 1.0 / 1023.0 } else { 4e-6 };
        assert!(d.max <= limit, "{stage}: {} at {:?}", d.max, d.at);
        assert_eq!(pixels, 640 * 360);
    }
}

#[test]
fn golden_frames_of_the_demo_show_look_the_same() {
    let Some(device) = device() else { return };
    let folder = tempfile::tempdir().unwrap();
    let show = demo::write(&folder.path().join("show"), &demo::Options { clean: true, ..Default::default() }, None).unwrap();
    for of in &show.clips {
        let clip = camera::open(&of.first_frame).unwrap();
        let plan = Plan::new(&*clip, &Sidecars::discover(&*clip), &Settings::default()).unwrap();
        let raw = plan.decode(&*clip, clip.frames().middle().unwrap()).unwrap();
        let d = gpu::compare(device, &plan, &raw, Stage::Display).unwrap().distance;
        eprintln!("{}: {:.2} of 1023, {:.3} dE ITP", of.name, d.max * 1023.0, d.delta_e.unwrap());
        assert!(d.max <= 1.0 / 1023.0 && d.delta_e.unwrap() <= 0.25, "{}: {d:?}", of.name);
    }
}

#[test]
fn a_wrong_preview_is_noticed() {
    let Some(device) = device() else { return };
    let (plan, raw) = (plan(), Arc::new(chart::chart(Size::new(64, 36), 1.0, false, 0)));
    let mut preview = Preview::new(device.device.clone(), device.queue.clone()).unwrap();
    let program = Arc::new(Program::of(&plan).unwrap());
    preview.add_program(&program).unwrap();
    let target = Target { raw: raw.clone(), draft: None, program, stage: Stage::Display, gain: 1.02 };
    show(&mut preview, &target);
    let reference = prelight::color::Processor::new(&plan.ops(Stage::Raw, Stage::Display).unwrap());
    let readback = preview.readback().unwrap();
    let d = gpu::difference(&readback, &raw, &reference, |v| v, Some(Light::REC709), &Default::default()).unwrap();
    assert!(d.max > 1.0 / 1023.0 && d.delta_e.unwrap() > 0.25, "2 % more light went unnoticed: {d:?}");
}

#[test]
fn a_readback_of_a_picture_that_is_gone_fails() {
    let Some(device) = device() else { return };
    let plan = plan();
    let mut preview = Preview::new(device.device.clone(), device.queue.clone()).unwrap();
    let program = Arc::new(Program::of(&plan).unwrap());
    preview.add_program(&program).unwrap();
    let size = Size::new(64, 36);
    let target = |frame| Target {
        raw: Arc::new(chart::chart(size, 1.0, false, frame)),
        draft: None,
        program: program.clone(),
        stage: Stage::Aces,
        gain: 1.0,
    };
    show(&mut preview, &target(0));
    let readback = preview.readback().unwrap();
    assert_eq!(readback.rows(0, 4, &Default::default()).unwrap().len(), 4 * 64);
    show(&mut preview, &target(1));
    assert!(readback.rows(0, 4, &Default::default()).is_err());
}

#[test]
fn a_program_the_driver_refuses_is_an_error() {
    let Some(device) = device() else { return };
    let mut preview = Preview::new(device.device.clone(), device.queue.clone()).unwrap();
    let program = Program { source: "fn to_aces(".into(), numbers: Program::transform(&[]).unwrap().numbers };
    assert!(preview.add_program(&Arc::new(program)).is_err());
}

/// What the view pass puts on screen.
fn drawn(device: &Headless, preview: &mut Preview, params: &ViewParams) -> Vec<[u8; 4]> {
    let (texture, _) = preview.draw(params).unwrap();
    let texture = texture.clone();
    let (w, h) = (texture.width(), texture.height());
    let stride = (w * 4).next_multiple_of(wgpu::COPY_BYTES_PER_ROW_ALIGNMENT);
    let buffer = device.device.create_buffer(&wgpu::BufferDescriptor {
        label: None,
        size: u64::from(stride * h),
        usage: wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
        mapped_at_creation: false,
    });
    let mut encoder = device.device.create_command_encoder(&Default::default());
    encoder.copy_texture_to_buffer(
        texture.as_image_copy(),
        wgpu::TexelCopyBufferInfo {
            buffer: &buffer,
            layout: wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(stride), rows_per_image: None },
        },
        texture.size(),
    );
    device.queue.submit([encoder.finish()]);
    buffer.map_async(wgpu::MapMode::Read, .., |r| r.unwrap());
    device.device.poll(wgpu::PollType::wait_indefinitely()).unwrap();
    let bytes = buffer.get_mapped_range(..).unwrap();
    bytes.chunks_exact(stride as usize).flat_map(|row| row[..(w * 4) as usize].chunks_exact(4)).map(|p| [p[0], p[1], p[2], p[3]]).collect()
}

#[test]
fn the_view_places_isolates_and_averages() {
    let Some(device) = device() else { return };
    let plan = plan();
    let mut preview = Preview::new(device.device.clone(), device.queue.clone()).unwrap();
    let program = Arc::new(Program::of(&plan).unwrap());
    preview.add_program(&program).unwrap();
    // Columns of 0 and 1 in red, a ramp in green, 0.5 in blue; alpha 0.25.
    let size = Size::new(8, 8);
    let at = |f: fn(usize) -> f32| (0..64).map(f).collect::<Vec<_>>();
    let mut raw = Image::from_planes(size, [at(|i| (i % 2) as f32), at(|i| (i / 8) as f32 / 8.0), at(|_| 0.5)]);
    raw.alpha = Some(vec![0.25; 64]);
    let target = Target { raw: Arc::new(raw), draft: None, program, stage: Stage::Raw, gain: 1.0 };
    show(&mut preview, &target);

    let params = ViewParams {
        viewport: Size::new(20, 16),
        rect: RectF::new(2.0, 0.0, 16.0, 16.0),
        channel: 0,
        curve: false,
        gamma: 1.0,
        marks: Marks::NONE,
        monitor: None,
        dither: false,
        surround: 46.0 / 255.0,
    };
    let at = |pixels: &[[u8; 4]], x: usize, y: usize, w: usize| pixels[y * w + x];
    let twice = drawn(device, &mut preview, &params);
    assert_eq!(at(&twice, 1, 5, 20), [46, 46, 46, 255], "around the picture");
    assert_eq!(at(&twice, 2, 0, 20), [0, 0, 128, 255]);
    assert_eq!(at(&twice, 4, 4, 20), [255, 64, 128, 255], "each pixel is two by two on screen");
    assert_eq!(at(&twice, 5, 5, 20), at(&twice, 4, 4, 20));

    let half = ViewParams { viewport: Size::new(4, 4), rect: RectF::new(0.0, 0.0, 4.0, 4.0), ..params.clone() };
    let half = drawn(device, &mut preview, &half);
    assert_eq!(at(&half, 1, 1, 4), [128, 80, 128, 255], "the mean of two by two");

    let red = drawn(device, &mut preview, &ViewParams { channel: 1, ..params.clone() });
    assert_eq!(at(&red, 4, 4, 20), [255, 255, 255, 255]);
    let alpha = drawn(device, &mut preview, &ViewParams { channel: 5, ..params.clone() });
    assert_eq!(at(&alpha, 4, 4, 20), [64, 64, 64, 255]);
    let curve = drawn(device, &mut preview, &ViewParams { curve: true, ..params });
    let expected = (to_screen(Stage::Raw, 0.5) * 255.0).round() as u8;
    assert_eq!(at(&curve, 4, 4, 20)[2], expected);
}

#[test]
fn gamma_false_color_warnings_and_the_monitor_are_as_on_the_cpu() {
    let Some(device) = device() else { return };
    let plan = plan();
    let mut preview = Preview::new(device.device.clone(), device.queue.clone()).unwrap();
    let program = Arc::new(Program::of(&plan).unwrap());
    preview.add_program(&program).unwrap();
    // A ramp of stops across, with clipped, negative and saturated rows.
    let size = Size::new(64, 4);
    let stops = |x: usize| 0.18 * ((x as f32 - 40.3) / 4.0).exp2();
    let plane = |c: usize| {
        let at = move |i: usize| match (i / 64, c) {
            (1, 0) => -stops(i % 64),
            (2, 0 | 2) => 0.0,
            (3, 1) => 1.0,
            _ => stops(i % 64),
        };
        (0..256).map(at).collect::<Vec<_>>()
    };
    let raw = Arc::new(Image::from_planes(size, [plane(0), plane(1), plane(2)]));
    let mut painted = std::collections::BTreeSet::new();
    for stage in Stage::ALL {
        let target = Target { raw: raw.clone(), draft: None, program: program.clone(), stage, gain: 1.0 };
        show(&mut preview, &target);
        let developed = plan.develop((*raw).clone(), stage).unwrap();
        let light = if stage == Stage::Display { Light::REC709 } else { Light::SCREEN };
        let p3 = Monitor::display_p3().conversion(&light);
        for (false_color, warnings, gamma, monitor) in [
            (true, [false; 3], 1.0, None),
            (false, [true; 3], 1.0, None),
            (true, [true, false, true], 1.3, Some(p3.clone())),
            (false, [false; 3], 0.7, None),
            (false, [false; 3], 1.0, Some(p3.clone())),
            (false, [true; 3], 1.0, Some(p3)),
        ] {
            let values = Values { stage, stored: Stored::Sensor, eotf: Some(Eotf::Srgb { peak: 100.0 }) };
            let marks = Marks::new(Marking { false_color, warnings }, values);
            let finish = Finish { channel: Channel::Rgb, gamma, marks, monitor };
            let params = ViewParams {
                viewport: size,
                rect: RectF::new(0.0, 0.0, 64.0, 4.0),
                channel: 0,
                curve: stage < Stage::Display,
                gamma: gamma as f32,
                marks: finish.marks,
                monitor: finish.monitor.clone(),
                dither: false,
                surround: 0.0,
            };
            let screen = drawn(device, &mut preview, &params);
            for (i, gpu) in screen.iter().enumerate() {
                let (x, y) = (i as u32 % 64, i as u32 / 64);
                let cpu = finish.apply(stage, raw.pixel(x, y), developed.pixel(x, y), 1.0).map(|v| (v * 255.0 + 0.5) as u8);
                for c in 0..3 {
                    let what = format!("{stage} {false_color} {warnings:?} {}", finish.monitor.is_some());
                    assert!(cpu[c].abs_diff(gpu[c]) <= 1, "{what} at {x} {y}: {cpu:?}, {gpu:?}");
                }
                painted.insert(cpu);
            }
        }
    }
    for warning in prelight::scope::Warning::ALL {
        assert!(painted.contains(&warning.color()), "{warning:?} was never painted");
    }
}

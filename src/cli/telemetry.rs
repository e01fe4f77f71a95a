//! Traces and metrics of jobs, by OpenTelemetry: where its standard variables name a collector, and nowhere else.
//!
//! A job is a span `render`, its golden frames and frames are spans within it; `prelight.frames` counts, `prelight.frame.duration` is a
//! histogram in seconds. `OTEL_EXPORTER_OTLP_ENDPOINT` (and its kin for traces and metrics), `OTEL_EXPORTER_OTLP_HEADERS`,
//! `OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES` and `OTEL_SDK_DISABLED` mean what OpenTelemetry says.

use crate::{
    error::{Error, ErrorKind, Result},
    render::{Event, Kept, store},
};
use opentelemetry::{
    Context, KeyValue,
    metrics::{Counter, Histogram, MeterProvider},
    trace::{SpanBuilder, Status, TraceContextExt, Tracer, TracerProvider},
};
use opentelemetry_otlp::{MetricExporter, SpanExporter};
use opentelemetry_sdk::{
    Resource,
    metrics::SdkMeterProvider,
    trace::{SdkTracer, SdkTracerProvider},
};
use std::{
    env,
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime},
};

const NAME: &str = "prelight";

pub struct Telemetry {
    traces: SdkTracerProvider,
    metrics: SdkMeterProvider,
    tracer: SdkTracer,
    frames: Counter<u64>,
    seconds: Histogram<f64>,
    /// The span of the job.
    job: Mutex<Option<Context>>,
}

impl Telemetry {
    /// # Errors
    /// `Invalid`: what the variables say cannot be.
    pub fn of_environment() -> Result<Option<Self>> {
        let said = |name: &str| env::var(name).is_ok_and(|v| !v.is_empty());
        let names = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"];
        let disabled = env::var("OTEL_SDK_DISABLED").is_ok_and(|v| v.eq_ignore_ascii_case("true"));
        if disabled || !names.into_iter().any(said) {
            return Ok(None);
        }
        store::prepare()?;
        let wrong = |e: &dyn std::fmt::Display| Error::invalid(e.to_string()).field("OTEL_EXPORTER_OTLP_ENDPOINT");
        let spans = SpanExporter::builder().with_http().build().map_err(|e| wrong(&e))?;
        let numbers = MetricExporter::builder().with_http().build().map_err(|e| wrong(&e))?;
        let resource = Resource::builder();
        let resource = if said("OTEL_SERVICE_NAME") { resource } else { resource.with_service_name(NAME) };
        let resource = resource.with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION"))).build();
        let traces = SdkTracerProvider::builder().with_batch_exporter(spans).with_resource(resource.clone()).build();
        let metrics = SdkMeterProvider::builder().with_periodic_exporter(numbers).with_resource(resource).build();
        let meter = metrics.meter(NAME);
        Ok(Some(Self {
            tracer: traces.tracer(NAME),
            frames: meter.u64_counter("prelight.frames").with_unit("{frame}").with_description("Frames that are there").build(),
            seconds: meter.f64_histogram("prelight.frame.duration").with_unit("s").with_description("What a frame took").build(),
            traces,
            metrics,
            job: Mutex::new(None),
        }))
    }

    pub fn take(&self, event: &Event) {
        let mut job = self.job.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::Begin { clip, first, last, frames, out, .. } => {
                let span = SpanBuilder::from_name("render").with_attributes([
                    KeyValue::new("prelight.clip", (*clip).to_owned()),
                    KeyValue::new("prelight.first", i64::from(*first)),
                    KeyValue::new("prelight.last", i64::from(*last)),
                    KeyValue::new("prelight.frames", *frames as i64),
                    KeyValue::new("prelight.out", out.clone()),
                ]);
                *job = Some(Context::new().with_span(self.tracer.build_with_context(span, &Context::new())));
            }
            Event::Probe { .. } => self.span(job.as_ref(), "probe", Duration::ZERO, []),
            Event::Golden { frame, remembered, .. } => {
                let about = [KeyValue::new("prelight.frame", i64::from(*frame)), KeyValue::new("prelight.remembered", *remembered)];
                self.span(job.as_ref(), "golden", Duration::ZERO, about);
            }
            Event::Frame { frame, kept, seconds, .. } => {
                let kept = KeyValue::new("prelight.kept", *kept != Kept::Written);
                self.frames.add(1, std::slice::from_ref(&kept));
                self.seconds.record(*seconds, std::slice::from_ref(&kept));
                let took = Duration::try_from_secs_f64(*seconds).unwrap_or_default();
                self.span(job.as_ref(), "frame", took, [KeyValue::new("prelight.frame", i64::from(*frame)), kept]);
            }
            Event::Done { .. } => {
                if let Some(context) = job.take() {
                    context.span().end();
                }
            }
            Event::Failed { error, exit_code, .. } => {
                let context = job.take().unwrap_or_else(|| {
                    Context::new().with_span(self.tracer.build_with_context(SpanBuilder::from_name("render"), &Context::new()))
                });
                context.span().set_attribute(KeyValue::new("process.exit.code", i64::from(*exit_code)));
                context.span().set_status(Status::error(error.clone()));
                context.span().end();
            }
        }
    }

    /// A span that ends now and took so long.
    fn span(&self, job: Option<&Context>, name: &'static str, took: Duration, about: impl IntoIterator<Item = KeyValue>) {
        let begun = SystemTime::now().checked_sub(took).unwrap_or(SystemTime::UNIX_EPOCH);
        let span = SpanBuilder::from_name(name).with_start_time(begun).with_attributes(about);
        let none = Context::new();
        Context::new().with_span(self.tracer.build_with_context(span, job.unwrap_or(&none))).span().end();
    }

    /// Sends what is left. That nobody takes it is no failure of the job.
    ///
    /// # Errors
    /// `TryAgain`: the collector cannot be reached; for a word to who looks on.
    pub fn finish(self) -> Result<()> {
        let lost = |e: &dyn std::fmt::Display| Error::new(ErrorKind::TryAgain, format!("traces and metrics were lost: {e}"));
        let traces = self.traces.shutdown();
        let metrics = self.metrics.shutdown();
        traces.map_err(|e| lost(&e))?;
        metrics.map_err(|e| lost(&e))
    }
}

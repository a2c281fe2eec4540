package telemetry

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// namespace begins the name of each metric.
const namespace = "animo"

// Metrics counts what the bot does. Its methods may be called from any
// goroutine and take microseconds.
type Metrics struct {
	registry *prometheus.Registry
	labels   *labels

	events       *prometheus.CounterVec
	dropped      *prometheus.CounterVec
	interactions *prometheus.HistogramVec
	effects      *prometheus.CounterVec
	jobs         *prometheus.CounterVec
	lateness     prometheus.Histogram
	running      *prometheus.GaugeVec
	storage      *prometheus.HistogramVec
}

// NewMetrics returns metrics that start at zero, with those of the process
// and of Go beside them.
func NewMetrics() *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		labels:   newLabels(),
		events:   counter("events_total", "Events taken in.", "platform", "kind"),
		dropped:  counter("events_dropped_total", "Events not handled: repeated, or too many.", "platform", "reason"),
		// An interaction must be acknowledged within 3 s on both platforms.
		interactions: histogram("interactions_seconds", "Time to answer an interaction.",
			[]float64{.005, .01, .025, .05, .1, .25, .5, 1, 1.8, 3, 10}, "platform", "kind", "outcome"),
		effects: counter("effects_total", "Effects tried on a platform.", "platform", "kind", "outcome"),
		jobs:    counter("jobs_total", "Jobs run.", "kind", "outcome"),
		lateness: prometheus.NewHistogram(prometheus.HistogramOpts{
			Namespace: namespace, Name: "job_lateness_seconds", Help: "Time between when a job was due and when it ran.",
			Buckets: []float64{.1, .5, 1, 2, 5, 15, 60, 300, 3600, 86400},
		}),
		running: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Namespace: namespace, Name: "platform_running", Help: "0 once a platform has stopped because an operator must act, else 1.",
		}, []string{"platform"}),
		storage: histogram("storage_seconds", "Time of an operation on the store.",
			[]float64{.00005, .0001, .00025, .0005, .001, .0025, .005, .01, .05, .25, 1, 5}, "op"),
	}
	m.registry.MustRegister(m.events, m.dropped, m.interactions, m.effects, m.jobs, m.lateness, m.running, m.storage,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Unconfirmed shows how many writes no replica of the store has confirmed in
// time.
func (m *Metrics) Unconfirmed(count func() uint64) {
	m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{
		Namespace: namespace, Name: "storage_unconfirmed_total", Help: "Writes that no replica of the store confirmed in time.",
	}, func() float64 { return float64(count()) }))
}

func counter(name, help string, names ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: namespace, Name: name, Help: help}, names)
}

func histogram(name, help string, buckets []float64, names ...string) *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: namespace, Name: name, Help: help, Buckets: buckets}, names)
}

// Event counts an event that came in.
func (m *Metrics) Event(platform, kind string) {
	m.events.WithLabelValues(m.value("platform", platform), m.value("kind", kind)).Inc()
}

// EventDropped counts an event that is not handled.
func (m *Metrics) EventDropped(platform, reason string) {
	m.dropped.WithLabelValues(m.value("platform", platform), m.value("reason", reason)).Inc()
}

// Interaction counts an interaction with the time until it was answered.
func (m *Metrics) Interaction(platform, kind, outcome string, took time.Duration) {
	m.interactions.WithLabelValues(m.value("platform", platform), m.value("kind", kind), m.value("outcome", outcome)).Observe(took.Seconds())
}

// EffectDone counts one attempt at an effect.
func (m *Metrics) EffectDone(platform, kind, outcome string) {
	m.effects.WithLabelValues(m.value("platform", platform), m.value("effect", kind), m.value("outcome", outcome)).Inc()
}

// JobDone counts one run of a job with its lateness; one that is early counts as
// on time.
func (m *Metrics) JobDone(kind, outcome string, late time.Duration) {
	m.jobs.WithLabelValues(m.value("job", kind), m.value("outcome", outcome)).Inc()
	m.lateness.Observe(max(late, 0).Seconds())
}

// Running says whether a platform runs; one that is reconnecting does.
func (m *Metrics) Running(platform string, yes bool) {
	state := 0.0
	if yes {
		state = 1
	}
	m.running.WithLabelValues(m.value("platform", platform)).Set(state)
}

// Storage counts an operation on the store with its time.
func (m *Metrics) Storage(op string, took time.Duration) {
	m.storage.WithLabelValues(m.value("op", op)).Observe(took.Seconds())
}

// Handler serves the metrics in Prometheus's text format.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4})
}

func (m *Metrics) value(label, v string) string { return m.labels.value(label, v) }

package main

import (
	"context"
	"net/http"
	"runtime"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/waymark-care/waymark/internal/post"
)

// metrics are what an operator watches. No label holds a name, an id or a path:
// a route is known by its pattern.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	saves    prometheus.Counter
	refused  prometheus.Counter
}

func newMetrics(s *server) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "waymark_requests_total", Help: "Requests answered, by route and class of status.",
		}, []string{"method", "route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "waymark_request_seconds", Help: "Time to answer, by route.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, 1, 5, 30},
		}, []string{"route"}),
		saves:   prometheus.NewCounter(prometheus.CounterOpts{Name: "waymark_saves_total", Help: "Forms that were kept."}),
		refused: prometheus.NewCounter(prometheus.CounterOpts{Name: "waymark_refused_total", Help: "Requests for what is not there, or not for whoever asks."}),
	}
	gauge := func(name, help string, of func() float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, of)
	}
	info := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "waymark_build_info", Help: "Always 1.",
		ConstLabels: prometheus.Labels{"version": version, "go": runtime.Version()},
	})
	info.Set(1)
	m.registry.MustRegister(m.requests, m.seconds, m.saves, m.refused, info,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		gauge("waymark_unlocked", "1 once the practice is unlocked.", func() float64 { return truth(s.site.Load() != nil) }),
		gauge("waymark_database_writable", "1 while changes can be kept.", func() float64 {
			return truth(s.state(context.Background()) == stateReady)
		}),
		gauge("waymark_jobs_waiting", "Work that waits for its time.", func() float64 { w, _ := s.jobs(); return w }),
		gauge("waymark_jobs_resting", "Work that failed too often and rests.", func() float64 { _, r := s.jobs(); return r }),
		gauge("waymark_letters_undelivered", "Letters that no mail server took, so far.", s.undelivered),
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "waymark_letter_failures_total", Help: "Tries to send a letter that were in vain, since unlocking."}, func() float64 {
			if site := s.site.Load(); site != nil {
				return float64(site.office.Failed())
			}
			return 0
		}),
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "waymark_job_failures_total", Help: "Runs of jobs that failed, since unlocking."}, func() float64 {
			if site := s.site.Load(); site != nil {
				return float64(site.queue.Failed())
			}
			return 0
		}),
	)
	return m
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// jobs counts the work that waits and that rests.
func (s *server) jobs() (waiting, resting float64) {
	site := s.site.Load()
	if site == nil || !site.enter() {
		return 0, 0
	}
	defer site.leave()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	w, r, err := site.queue.Waiting(ctx)
	if err != nil {
		return 0, 0
	}
	return float64(w), float64(r)
}

// undelivered counts the letters that no mail server took.
func (s *server) undelivered() float64 {
	site := s.site.Load()
	if site == nil || !site.enter() {
		return 0
	}
	defer site.leave()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	u, err := post.Waiting(ctx, site.ground.door)
	if err != nil {
		return 0
	}
	return float64(u.Letters)
}

func (m *metrics) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	return mux
}

// counted answers r by h and counts how it went.
func (m *metrics) counted(w http.ResponseWriter, r *http.Request, route string, h http.Handler) {
	if route == "" {
		route = "none"
	}
	method := r.Method
	if method != http.MethodGet && method != http.MethodPost && method != http.MethodHead {
		method = "other" // or visitors could make up labels
	}
	begun, noted := time.Now(), &statusNoted{ResponseWriter: w, status: http.StatusOK}
	h.ServeHTTP(noted, r)
	m.requests.WithLabelValues(method, route, strconv.Itoa(noted.status/100)+"xx").Inc()
	m.seconds.WithLabelValues(route).Observe(time.Since(begun).Seconds())
	switch {
	case noted.status == http.StatusNotFound:
		m.refused.Inc()
	case r.Method == http.MethodPost && (noted.status == http.StatusSeeOther || noted.status == http.StatusNoContent):
		m.saves.Inc() // a form that was kept sends the browser on
	}
}

// statusNoted keeps the status of a reply.
type statusNoted struct {
	http.ResponseWriter
	status int
	begun  bool
}

// WriteHeader notes the status.
func (w *statusNoted) WriteHeader(status int) {
	if !w.begun {
		w.status, w.begun = status, status >= 200
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write begins the reply.
func (w *statusNoted) Write(p []byte) (int, error) {
	w.begun = true
	return w.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController through.
func (w *statusNoted) Unwrap() http.ResponseWriter { return w.ResponseWriter }

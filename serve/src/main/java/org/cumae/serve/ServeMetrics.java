package org.cumae.serve;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

import org.cumae.engine.EngineStats;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;

/// What the server counts, under vLLM's names where they mean the same and under `cumae_` names
/// where nobody else counts it.
///
/// Counters of passes, rows and tokens are the sums of the ledgers of finished answers. All
/// intervals come from one monotonic clock.
final class ServeMetrics {
    private static final double[] SECONDS = {
        0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120
    };
    private static final double[] TOKENS = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000};

    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Map<String, AtomicInteger> running = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> waiting = new ConcurrentHashMap<>();
    private final Map<Tags, AtomicInteger> byDecoder = new ConcurrentHashMap<>();

    ServeMetrics() {
        // Micrometer would write ':' as '_', and dashboards look for vLLM's names as they are.
        registry.config().namingConvention((name, _, _) -> name);
    }

    /// Everything, as Prometheus reads it.
    String text() {
        return registry.scrape();
    }

    /// Makes a model's meters visible before its first request.
    void know(Served served) {
        String model = served.id();
        gauge("vllm:num_requests_running", running, model);
        gauge("vllm:num_requests_waiting", waiting, model);
        count("vllm:generation_tokens", Tags.of("model_name", model), 0);
        count("vllm:prompt_tokens", Tags.of("model_name", model), 0);
        engineGauge(
                "vllm:kv_cache_usage_perc",
                served,
                s -> (double) (s.bytes() - s.keptBytes()) / s.maxBytes());
        engineGauge("cumae_kv_cache_bytes", served, EngineStats::bytes);
        engineGauge("cumae_prefix_cache_bytes", served, EngineStats::keptBytes);
        engineGauge("cumae_engine_requests_running", served, EngineStats::running);
        engineGauge("cumae_engine_requests_waiting", served, EngineStats::waiting);
        engineGauge("cumae_contexts_open", served, EngineStats::contexts);
        engineCount("vllm:prefix_cache_queries", served, EngineStats::lookedUpRows);
        engineCount("vllm:prefix_cache_hits", served, EngineStats::cachedRows);
        engineCount("vllm:num_preemptions", served, EngineStats::preemptions);
        engineCount("cumae_engine_passes", served, EngineStats::passes);
        engineCount("cumae_engine_rows", served, EngineStats::rows);
        engineCount("cumae_engine_pass_seconds", served, EngineStats::passSeconds);
        engineCount("cumae_recomputed_rows", served, EngineStats::recomputedRows);
        engineCount("cumae_requests_refused", served, EngineStats::refused);
        engineCount("cumae_requests_late", served, EngineStats::late);
    }

    private void engineGauge(String name, Served served, ToDoubleFunction<EngineStats> value) {
        if (served.engine().isPresent()) {
            Gauge.builder(name, served, model -> read(model, value))
                    .tags("model_name", served.id())
                    .register(registry);
        }
    }

    private void engineCount(String name, Served served, ToDoubleFunction<EngineStats> value) {
        if (served.engine().isPresent()) {
            FunctionCounter.builder(name, served, model -> read(model, value))
                    .tags("model_name", served.id())
                    .register(registry);
        }
    }

    private static double read(Served model, ToDoubleFunction<EngineStats> value) {
        return model.engine().map(value::applyAsDouble).orElse(0.0);
    }

    /// An HTTP request was answered.
    void answered(int status) {
        count("cumae_http_responses", Tags.of("status", Integer.toString(status)), 1);
    }

    /// How many answers are being written now, all models together.
    int runningNow() {
        return running.values().stream().mapToInt(AtomicInteger::get).sum();
    }

    private static AtomicInteger at(Map<String, AtomicInteger> gauges, String model) {
        return gauges.computeIfAbsent(model, _ -> new AtomicInteger());
    }

    private void gauge(String name, Map<String, AtomicInteger> gauges, String model) {
        Gauge.builder(name, at(gauges, model), AtomicInteger::get)
                .tags("model_name", model)
                .register(registry);
    }

    private void count(String name, Tags tags, double amount) {
        Counter.builder(name).tags(tags).register(registry).increment(amount);
    }

    private void observe(String name, Tags tags, double[] buckets, double value) {
        DistributionSummary.builder(name)
                .tags(tags)
                .serviceLevelObjectives(buckets)
                .register(registry)
                .record(value);
    }

    /// How many answers of a model one decoder is writing now.
    private AtomicInteger writing(Tags tags) {
        return byDecoder.computeIfAbsent(
                tags,
                _ -> {
                    AtomicInteger count = new AtomicInteger();
                    Gauge.builder("cumae_requests_running", count, AtomicInteger::get)
                            .tags(tags)
                            .register(registry);
                    return count;
                });
    }

    private Counter live(String name, Tags tags) {
        return Counter.builder(name).tags(tags).register(registry);
    }

    /// One answer begins.
    Timing begin(String model, Ask ask) {
        at(waiting, model).incrementAndGet();
        return new Timing(model, ask);
    }

    /// How often each meter was read is nobody's business but the registry's: for tests.
    Iterable<Meter> meters() {
        return registry.getMeters();
    }

    /// The times of one answer; used by the thread that writes it.
    final class Timing {
        private final String model;
        private final Tags tags;
        private final Ask ask;
        private final long begin = System.nanoTime();
        private long first;
        private long last;
        private int steps;
        private long rows;
        private final Counter tokensNow; // while answers are written, not only when they are whole
        private final Counter rowsNow;

        private Timing(String model, Ask ask) {
            this.model = model;
            this.ask = ask;
            this.tags = Tags.of("model_name", model);
            this.tokensNow = live("cumae_live_tokens", decoderTags());
            this.rowsNow = live("cumae_live_rows", decoderTags());
        }

        /// A token came.
        void step(Served.Step step) {
            long now = System.nanoTime();
            if (steps++ == 0) {
                first = now;
                at(waiting, model).decrementAndGet();
                at(running, model).incrementAndGet();
                writing(decoderTags()).incrementAndGet();
                observe("vllm:time_to_first_token_seconds", tags, SECONDS, seconds(now - begin));
            } else if (step.isCommitted()) {
                observe("vllm:inter_token_latency_seconds", tags, SECONDS, seconds(now - last));
            }
            last = now;
            rowsNow.increment((double) Math.max(0, step.rows() - rows));
            rows = Math.max(rows, step.rows());
            if (step.isCommitted()) {
                tokensNow.increment();
            }
            if (step.state() == Served.State.REVISED) {
                count("cumae_tokens_revised", decoderTags(), 1);
            }
        }

        /// The answer is whole, or was given up.
        void end(Served.Written written, String reason) {
            Served.Cost cost = written.ledger();
            count("vllm:prompt_tokens", tags, ask.prompt().size());
            count("vllm:generation_tokens", tags, written.ids().size());
            observe("vllm:request_prompt_tokens", tags, TOKENS, ask.prompt().size());
            observe("vllm:request_generation_tokens", tags, TOKENS, written.ids().size());
            observe("vllm:request_queue_time_seconds", tags, SECONDS, cost.queuedSeconds());
            if (steps > 0) {
                double toFirst = seconds(first - begin);
                observe(
                        "vllm:request_prefill_time_seconds",
                        tags,
                        SECONDS,
                        Math.max(0, toFirst - cost.queuedSeconds()));
                observe("vllm:request_decode_time_seconds", tags, SECONDS, seconds(last - first));
            }
            count("cumae_forward_passes", tags, (double) cost.forwards());
            count("cumae_rows", decoderTags(), (double) cost.rows());
            count("cumae_tokens_committed", decoderTags(), written.ids().size());
            for (int length : cost.accepted()) {
                observe("cumae_accepted_length", decoderTags(), TOKENS, length);
            }
            finish(reason);
        }

        /// The answer could not be written.
        void fail(String reason) {
            finish(reason);
        }

        private void finish(String reason) {
            at(steps == 0 ? waiting : running, model).decrementAndGet();
            if (steps > 0) {
                writing(decoderTags()).decrementAndGet();
            }
            long now = System.nanoTime();
            count("vllm:request_success", tags.and("finished_reason", reason), 1);
            observe("vllm:e2e_request_latency_seconds", tags, SECONDS, seconds(now - begin));
        }

        private Tags decoderTags() {
            return tags.and("decoder", ask.decoder().name());
        }

        private static double seconds(long nanos) {
            return nanos / 1e9;
        }
    }
}

package org.cumae.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.cumae.decode.Generation;
import org.cumae.decode.Request;
import org.cumae.decode.Sink;
import org.cumae.decode.named.Decoders;
import org.cumae.distribution.KeyedChance;
import org.cumae.distribution.Sampling;
import org.cumae.engine.Engine;
import org.cumae.engine.EngineLimits;
import org.cumae.model.Context;
import org.cumae.model.DirectContext;
import org.cumae.model.Tokens;
import org.cumae.torch.Device;
import org.cumae.torch.PackedMatrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Future;

/// What a request writes alone and what it writes among fifteen others of mixed kinds, to the last
/// bit of its probabilities.
///
/// `-Dcumae.rounding=N` compares N requests for each model instead of a few.
class RoundingTest {
    private static final int REQUESTS = Integer.getInteger("cumae.rounding", 32);
    private static final int AT_ONCE = 16;

    private static final List<String> KINDS =
            List.of(
                    "sequential",
                    "beam:3",
                    "speculative:ngram",
                    "sequential",
                    "speculative:suffix");

    private record Job(String decoder, Request request) {
        Generation run(Context context) {
            return Decoders.parse(decoder).decode(context, request, Sink.NONE);
        }
    }

    /// Prompts of all lengths, every third with a beginning that others have too.
    private static List<Job> jobs(Transformer model) {
        int vocabulary = model.card().vocabulary();
        SplittableRandom random = new SplittableRandom(11);
        Tokens common = Tokens.of(random.ints(20, 0, vocabulary).toArray());
        List<Job> jobs = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            int[] own = random.ints(1 + random.nextInt(30), 0, vocabulary).toArray();
            Tokens prompt = i % 3 == 0 ? common.plus(own) : Tokens.of(own);
            String kind = KINDS.get(i % KINDS.size());
            double temperature = kind.startsWith("beam") || i % 4 == 0 ? 0 : 0.9;
            jobs.add(
                    new Job(
                            kind,
                            Request.of(prompt)
                                    .withMaxNewTokens(4 + random.nextInt(20))
                                    .withSampling(Sampling.PLAIN.withTemperature(temperature))
                                    .withChance(KeyedChance.of(i, 0))));
        }
        return jobs;
    }

    /// How many requests were compared, and how many had other tokens or other probabilities.
    private record Compared(int requests, int otherTokens, int otherBits) {}

    private static Compared compared(Path file, Precision precision, Rounding rounding)
            throws Exception {
        List<Job> jobs;
        List<Generation> alone = new ArrayList<>();
        long scarce;
        try (Transformer model = Transformer.load(file, Device.CPU, precision, rounding)) {
            jobs = jobs(model);
            scarce = 9 * model.bytes(80);
            for (Job job : jobs) {
                try (Context context = DirectContext.open(model)) {
                    alone.add(job.run(context));
                }
            }
        }
        int tokens = 0;
        int bits = 0;
        // prompts in chunks, memory for a part of the requests, beginnings shared
        EngineLimits limits =
                EngineLimits.DEFAULT.withMaxRows(24).withMaxBytes(scarce).withMaxRunning(AT_ONCE);
        try (Engine engine =
                new Engine(Transformer.load(file, Device.CPU, precision, rounding), limits)) {
            for (int from = 0; from < jobs.size(); from += AT_ONCE) {
                List<Job> some = jobs.subList(from, Math.min(from + AT_ONCE, jobs.size()));
                List<Future<Generation>> futures = new ArrayList<>();
                some.forEach(job -> futures.add(engine.submit(job::run)));
                for (int i = 0; i < some.size(); i++) {
                    Generation among = futures.get(i).get();
                    Generation before = alone.get(from + i);
                    tokens += among.tokens().equals(before.tokens()) ? 0 : 1;
                    bits += among.logProbabilities().equals(before.logProbabilities()) ? 0 : 1;
                }
            }
            assertThat(engine.stats().preemptions() + engine.stats().cachedRows()).isPositive();
        }
        return new Compared(jobs.size(), tokens, bits);
    }

    private static Path file(String name) {
        return name.startsWith("hf/") ? Golden.file(name) : Path.of("../models").resolve(name);
    }

    @ParameterizedTest
    @CsvSource({
        "hf/llama, FLOAT32", "hf/llama, FLOAT16", "hf/llama, INT8", "hf/mistral, FLOAT32",
        "hf/qwen3, INT8", "hf/gpt2, FLOAT32", "hf/gpt2, INT8", "shakespeare-draft, FLOAT32",
        "shakespeare-draft, INT8", "shakespeare, FLOAT32"
    })
    void rowsThatRoundAlikeNeverDependOnWhatRunsBesideThem(String name, Precision precision)
            throws Exception {
        if (precision != Precision.FLOAT32 && !PackedMatrix.savesBits()) {
            return;
        }
        Compared compared = compared(file(name), precision, Rounding.ALIKE);
        assertThat(compared).isEqualTo(new Compared(REQUESTS, 0, 0));
    }

    /// Also the proof that the comparison sees a last bit.
    @ParameterizedTest
    @CsvSource({"hf/gpt2", "shakespeare-draft"})
    void freeRoundingSeldomTurnsAToken(String name) throws Exception {
        Compared compared = compared(file(name), Precision.FLOAT32, Rounding.FREE);
        System.out.println(name + " free: " + compared);
        assertThat(compared.otherTokens()).isLessThanOrEqualTo(1 + REQUESTS / 1000);
        assertThat(compared.otherBits()).isPositive();
    }

    @Test
    void matricesThatAreNotPackedAreRefused() {
        try (Backbone backbone = Backbone.load(Golden.file("hf/llama"))) {
            assertThatThrownBy(() -> new Transformer(backbone, Optional.empty(), Rounding.ALIKE))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("--batch-invariant");
        }
    }
}

package org.cumae.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.javacpp.Pointer;
import org.cumae.decode.Generation;
import org.cumae.decode.Request;
import org.cumae.decode.Sink;
import org.cumae.decode.named.Decoders;
import org.cumae.engine.Engine;
import org.cumae.engine.EngineLimits;
import org.cumae.model.Context;
import org.cumae.model.DirectContext;
import org.cumae.model.Tokens;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Future;

/// Requests that share passes, beginnings and too little memory write what each writes alone.
class SharedPassesTest {
    private record Job(String decoder, Request request) {
        Generation run(Context context) {
            return Decoders.parse(decoder).decode(context, request, Sink.NONE);
        }
    }

    private static List<Job> jobs(int vocabulary) {
        SplittableRandom random = new SplittableRandom(7);
        Tokens common = Tokens.of(random.ints(24, 0, vocabulary).toArray());
        List<Job> jobs = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            int[] own = random.ints(1 + random.nextInt(12), 0, vocabulary).toArray();
            Tokens prompt = i % 2 == 0 ? common.plus(own) : Tokens.of(own);
            Request request = Request.of(prompt).withMaxNewTokens(5 + random.nextInt(15));
            jobs.add(new Job(i % 4 == 3 ? "beam:2" : "sequential", request));
        }
        return jobs;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"hf/llama", "hf/mistral", "hf/qwen3", "hf/gpt2", "hf/mamba", "hf/mamba2"})
    void fusedRequestsWriteWhatEachWritesAlone(String name) throws Exception {
        List<Job> jobs;
        List<Tokens> alone = new ArrayList<>();
        long scarce;
        boolean shares; // a state of many rows serves whoever begins alike
        try (Transformer model = Transformer.load(Golden.file(name))) {
            jobs = jobs(model.card().vocabulary());
            scarce = 3 * model.bytes(64);
            shares = model.cutsAnywhere();
            for (Job job : jobs) {
                try (Context context = DirectContext.open(model)) {
                    alone.add(job.run(context).tokens());
                }
            }
        }
        for (EngineLimits limits :
                List.of(
                        EngineLimits.DEFAULT,
                        EngineLimits.DEFAULT.withMaxRows(5),
                        EngineLimits.DEFAULT.withMaxBytes(scarce),
                        EngineLimits.DEFAULT.withMaxBytes(scarce).withReuse(false))) {
            try (Engine engine = new Engine(Transformer.load(Golden.file(name)), limits)) {
                List<Future<Generation>> futures = new ArrayList<>();
                for (Job job : jobs) {
                    futures.add(engine.submit(job::run));
                }
                for (int i = 0; i < jobs.size(); i++) {
                    assertThat(futures.get(i).get().tokens()).isEqualTo(alone.get(i));
                }
                boolean pressed = limits.maxBytes() == scarce;
                assertThat(engine.stats().preemptions())
                        .isBetween(pressed ? 1L : 0L, pressed ? 1000L : 0L);
                assertThat(engine.stats().cachedRows() > 0).isEqualTo(limits.reuse() && shares);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = "hf/llama")
    void nothingNativeIsLeftBehindByRequestsThatCameAndWent(String name) throws Exception {
        EngineLimits scarce = EngineLimits.DEFAULT;
        try (Transformer model = Transformer.load(Golden.file(name))) {
            scarce = scarce.withMaxBytes(3 * model.bytes(64)).withReuse(false);
        }
        try (Engine engine = new Engine(Transformer.load(Golden.file(name)), scarce)) {
            List<Job> jobs = jobs(engine.card().vocabulary());
            long before = 0;
            for (int round = 0; round < 4; round++) {
                List<Future<Generation>> futures = new ArrayList<>();
                for (Job job : jobs) {
                    futures.add(engine.submit(job::run));
                }
                for (Future<Generation> future : futures) {
                    future.get();
                }
                while (engine.stats().bytes() > 0 || engine.stats().contexts() > 0) {
                    Thread.sleep(1);
                }
                before = round == 0 ? Handles.settled() : before;
            }
            assertThat(Pointer.totalCount()).isEqualTo(before);
        }
    }
}

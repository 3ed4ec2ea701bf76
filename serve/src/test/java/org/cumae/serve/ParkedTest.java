package org.cumae.serve;

import static org.assertj.core.api.Assertions.assertThat;

import org.cumae.distribution.Categorical;
import org.cumae.engine.EngineLimits;
import org.cumae.model.TableModel;
import org.cumae.text.TextModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/// What requests cost that wait for their turn.
@Timeout(300)
class ParkedTest {
    private static final int REQUESTS = 10_000;
    private static final int RUNNING = 16;
    private static final long MOST_BYTES = 200L << 20;

    /// A model that is inside one pass until it is let go.
    private static TextModel stuck(CountDownLatch go) {
        TableModel law =
                TableModel.of(
                                28,
                                _ -> {
                                    try {
                                        go.await();
                                    } catch (InterruptedException e) {
                                        Thread.currentThread().interrupt();
                                    }
                                    return Categorical.of(new float[28]);
                                })
                        .holding(512);
        return ServedTextTest.table(
                law, EngineLimits.DEFAULT.withMaxRunning(RUNNING).withMaxWaiting(2 * REQUESTS));
    }

    /// Bytes in use once what nobody holds has gone.
    private static long used() throws InterruptedException {
        long used = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            System.gc();
            Thread.sleep(20);
            Runtime runtime = Runtime.getRuntime();
            used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
        }
        return used;
    }

    private static Ask ask(Served model, int number) {
        String prompt = "request number %d ".formatted(number).replaceAll("[0-9]", "x").repeat(10);
        ObjectNode body = (ObjectNode) Client.JSON.readTree("{\"max_tokens\": 4}");
        body.put("prompt", prompt).put("seed", number);
        Fields fields = new Fields(body);
        List<Integer> ids = new Prompts(model).read(fields).getFirst();
        return new GenerationFields(fields, model, org.cumae.engine.Terms.ORDINARY)
                .ask(0)
                .withPrompt(ids, 4);
    }

    @Test
    void tenThousandParkedRequestsCostLessThanTwoHundredMegabytes() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        try (TextModel model = stuck(go)) {
            Served served = new ServedText("table", model, _ -> Optional.empty());
            ServeMetrics metrics = new ServeMetrics();
            metrics.know(served);
            List<Writing> parked = new ArrayList<>();
            parked.add(new Writing(served, List.of(ask(served, 0)), metrics)); // loads classes
            long before = used();
            for (int i = 1; i < REQUESTS; i++) {
                parked.add(new Writing(served, List.of(ask(served, i)), metrics));
            }
            while (waiting(metrics) < REQUESTS) {
                Thread.sleep(5);
            }
            long cost = used() - before;
            System.out.printf("%d parked requests: %.1f MB%n", REQUESTS, cost / 1e6);
            assertThat(cost).isBetween(1L << 20, MOST_BYTES);
            parked.forEach(Writing::close);
            go.countDown();
            while (waiting(metrics) > 0 || model.stats().contexts() > 0) {
                Thread.sleep(5);
            }
            assertThat(metrics.text()).contains("finished_reason=\"abort\"");
        } finally {
            go.countDown();
        }
    }

    private static double waiting(ServeMetrics metrics) {
        return metrics.text()
                .lines()
                .filter(line -> line.startsWith("vllm:num_requests_waiting"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }
}

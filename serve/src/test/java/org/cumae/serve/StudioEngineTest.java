package org.cumae.serve;

import static org.assertj.core.api.Assertions.assertThat;

import org.cumae.engine.EngineLimits;
import org.cumae.model.Cost;
import org.cumae.model.TableModel;
import org.cumae.text.TextModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openqa.selenium.OutputType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/// The page that shows the engine live. With `-Dpicture=FILE` a picture of it is kept.
@Timeout(300)
class StudioEngineTest {
    private static final int CLIENTS = 9;
    private static final int RUNNING = 5;

    @Test
    void theEngineIsSeenAtWorkAndAtRest() throws Exception {
        EngineLimits limits = EngineLimits.DEFAULT.withMaxRunning(RUNNING).withMaxBytes(24L * 1000);
        AtomicBoolean enough = new AtomicBoolean();
        try (TextModel model = ServedTextTest.table(slow(), limits);
                CumaeServer server = CumaeServer.start(ServerOptions.DEFAULT.withPort(0));
                Browser browser = new Browser(1280, 1100);
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            server.add("table", model);
            String base = "http://127.0.0.1:" + server.port() + "/";
            browser.colours("light", "reduce");
            browser.driver().get(base + "#/engine");
            browser.await("document.querySelectorAll('#engine figure').length === 4");
            List<Future<?>> asking = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                int number = i;
                asking.add(clients.submit(() -> ask(new Client(server), number, enough)));
            }
            try {
                await(browser, "requests", "running", RUNNING);
                await(browser, "requests", "waiting", 1);
                await(browser, "tokens", "written", 1);
                await(browser, "memory", "running", 1);
                await(browser, "rows", "sequential", 1);
                await(browser, "rows", "speculative", 1);
                browser.await("document.querySelectorAll('#engine tbody tr').length === 2");
                browser.await(
                        "document.querySelector('#engine [data-name=requests] polyline')"
                                + ".getAttribute('points').split(' ').length > 5");
                // speculative answers have ended, so there is something to say of their drafts
                browser.await(
                        "Number([...document.querySelectorAll('#engine tbody tr')].at(1)"
                                + ".cells[5].textContent) >= 0");
                keep(browser);
            } finally {
                enough.set(true);
            }
            for (Future<?> one : asking) {
                one.get();
            }
            browser.await(line("requests", "running") + " === 0");
            browser.await(line("requests", "waiting") + " === 0");
            browser.await(line("tokens", "written") + " === 0");
            assertThat(browser.complaints()).isEmpty();
            assertThat(browser.failed(base)).isEmpty();
            assertThat(browser.requested(base)).isNotEmpty().allMatch(url -> url.startsWith(base));
        }
    }

    private static TableModel slow() {
        return TableModel.random(28, 2, 11)
                .holding(400)
                .costing(new Cost(Duration.ofMillis(2), Duration.ofNanos(100_000)));
    }

    private static Object ask(Client client, int number, AtomicBoolean enough) {
        for (int i = 0; !enough.get(); i++) {
            Client.Answer answer =
                    client.post(
                            "/v1/completions",
                            ("{\"model\":\"table\",\"prompt\":\"the oak and the leaf\",\"seed\":%d,"
                                            + "\"max_tokens\":%d,\"decoder\":\"%s\"}")
                                    .formatted(
                                            100 * number + i,
                                            40 + 7 * number,
                                            number % 3 == 0 ? "speculative" : "sequential"));
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        }
        return number;
    }

    private static String line(String figure, String line) {
        return "Number(document.querySelector('#engine [data-name=%s] [data-line=%s]')?.textContent.replace(/,/g, '').split(' ').at(-1))"
                .formatted(figure, line);
    }

    private static void await(Browser browser, String figure, String line, int least) {
        browser.await(line(figure, line) + " >= " + least);
    }

    private static void keep(Browser browser) throws IOException {
        byte[] picture = browser.driver().getScreenshotAs(OutputType.BYTES);
        assertThat(picture.length).isGreaterThan(20_000);
        String target = System.getProperty("picture");
        if (target != null) {
            Files.write(Path.of("").toAbsolutePath().resolveSibling(target), picture);
        }
    }
}

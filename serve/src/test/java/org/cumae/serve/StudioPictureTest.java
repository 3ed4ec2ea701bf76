package org.cumae.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.cumae.text.OpenOptions;
import org.cumae.text.TextModel;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

import javax.imageio.ImageIO;

/// The picture in the README: the studio at work on a real model. A new one is written by
///
/// ```
/// ./cumae test -pl serve -am -Dtest=StudioPictureTest -Dsurefire.failIfNoSpecifiedTests=false -Dpicture=docs/studio.png
/// ```
class StudioPictureTest {
    private static final int WIDTH = 1440;
    private static final int HEIGHT = 1000;
    private static final int MOST_BYTES = 300_000;

    @Test
    void theStudioShowsARealModelAtWork() throws IOException {
        String data = System.getenv("CUMAE_DATA");
        assumeTrue(data != null, "needs data: set CUMAE_DATA to the folder of the real data sets");
        byte[] picture = take(Path.of(data).resolve("models/stories260K.gguf"));
        assertThat(picture).hasSizeBetween(20_000, MOST_BYTES);
        assertThat(colours(picture)).hasSizeGreaterThan(100);
        String target = System.getProperty("picture");
        if (target != null) {
            Files.write(Path.of("").toAbsolutePath().resolveSibling(target), picture);
        }
    }

    private static byte[] take(Path file) {
        try (TextModel model = TextModel.open(file.toString(), OpenOptions.DEFAULT.withThreads(1));
                CumaeServer server = CumaeServer.start(ServerOptions.DEFAULT.withPort(0));
                Browser browser = new Browser(WIDTH, HEIGHT)) {
            server.add("stories260K", model);
            browser.colours("light", "reduce");
            browser.driver().get("http://127.0.0.1:" + server.port() + "/");
            browser.await("document.getElementById('health').dataset.state === 'ready'");
            browser.set("#seed", "7");
            browser.set("#max_tokens", "60");
            browser.set("#temperature-number", "0.8");
            browser.find("#prompt").sendKeys("Once upon a time", Keys.ENTER);
            browser.await("document.querySelectorAll('#leaves button.leaf').length >= 60");
            browser.await("document.getElementById('stop-run').hidden");
            browser.driver()
                    .findElements(org.openqa.selenium.By.cssSelector("#leaves button.leaf"))
                    .get(9)
                    .click();
            browser.script("window.scrollTo(0, 0)");
            return browser.driver().getScreenshotAs(OutputType.BYTES);
        }
    }

    private static Set<Integer> colours(byte[] png) throws IOException {
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
        assertThat(image.getWidth()).isEqualTo(WIDTH);
        Set<Integer> colours = new HashSet<>();
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                colours.add(image.getRGB(x, y));
            }
        }
        return colours;
    }
}

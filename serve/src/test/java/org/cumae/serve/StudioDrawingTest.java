package org.cumae.serve;

import static org.assertj.core.api.Assertions.assertThat;

import org.cumae.image.MannerPlan.Kind;
import org.cumae.image.PictureFolder;
import org.cumae.image.PictureModel;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.OutputType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The picture page in a real browser. With `-Dpictures=FOLDER` it leaves a picture of itself
/// there, with the bundled models of digits where these can be found.
class StudioDrawingTest {
    private static final String READY = "document.body.dataset.picture === 'ready'";

    @Test
    void picturesComeIntoBeingBesideEachOther() throws IOException {
        @Nullable String folder = System.getProperty("pictures");
        try (Browser browser = new Browser(1280, 900);
                PictureModel one = model(folder, "digits-rings", Kind.RASTER);
                PictureModel other = model(folder, "digits-scales", Kind.RINGS);
                CumaeServer server = CumaeServer.start(ServerOptions.DEFAULT.withPort(0))) {
            server.add(TableText.small());
            server.add(one.name(), one);
            server.add(other.name(), other);
            browser.colours("light", "reduce");
            String base = "http://127.0.0.1:" + server.port() + "/";
            browser.driver().get(base + "#/picture");
            browser.await(READY);
            browser.await("document.getElementById('picture-seen-1').dataset.rows !== undefined");
            assertThat(browser.find("#picture-told-0").getText())
                    .startsWith("Step %1$d of %1$d.".formatted(one.manner().steps()));
            assertThat(browser.find("#picture-told-1").getText())
                    .startsWith("Step %1$d of %1$d.".formatted(other.manner().steps()));
            browser.driver()
                    .executeScript(
                            "const s = document.getElementById('picture-scrub'); s.value = 450;"
                                    + " s.dispatchEvent(new Event('input'));");
            assertThat(browser.find("#picture-told-0").getText())
                    .startsWith("Step %d of".formatted((int) (0.45 * one.manner().steps()) + 1));
            if (folder != null) {
                Files.createDirectories(Path.of(folder));
                Files.write(
                        Path.of(folder, "picture.png"),
                        browser.driver().getScreenshotAs(OutputType.BYTES));
            }
            assertThat(browser.failed(base)).isEmpty();
            assertThat(browser.complaints()).isEmpty();
        }
    }

    private static PictureModel model(@Nullable String folder, String bundled, Kind otherwise) {
        Path path = Path.of("..", "models", bundled);
        return folder != null && PictureFolder.is(path)
                ? PictureFolder.open(path)
                : Painting.model(otherwise);
    }
}

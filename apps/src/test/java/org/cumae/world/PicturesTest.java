package org.cumae.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.cumae.naming.UnknownNameException;
import org.cumae.psi.Cell;
import org.cumae.psi.Mask;
import org.cumae.psi.Raster;
import org.cumae.unit.picture.PictureFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import javax.imageio.ImageIO;

class PicturesTest {
    @TempDir private Path folder;

    @Test
    void motionComesBackFromItsFile() throws IOException {
        Raster motion = Raster.of(3, 5, 2, (y, x, c) -> c == 0 ? x - 1.5 : -y);
        Path file = folder.resolve("m.flo");
        FlowFile.write(motion, file);
        assertThat(FlowFile.read(file)).isEqualTo(motion);
        assertThat(Files.readAllBytes(file)).startsWith('P', 'I', 'E', 'H').hasSize(12 + 8 * 15);
        byte[] cut = new byte[40];
        System.arraycopy(Files.readAllBytes(file), 0, cut, 0, 40);
        Path broken = Files.write(folder.resolve("cut.flo"), cut);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FlowFile.read(broken))
                .withMessageContaining("has 40 bytes; 5 x 3 pixels take 132");
        Path text = Files.writeString(folder.resolve("t.flo"), "no flow at all");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FlowFile.read(text))
                .withMessageContaining("magic number");
    }

    @Test
    void directionsAreHuesAndSpeedIsStrength() {
        assertThat(ColourWheel.colour(0, 0, 1)).containsExactly(1, 1, 1);
        assertThat(ColourWheel.colour(1, 0, 1))
                .containsExactly(new double[] {1, 0, 0}, within(0.01));
        double[] left = ColourWheel.colour(-1, 0, 1);
        assertThat(left[0]).isLessThan(0.3);
        assertThat(left[2]).isGreaterThan(0.9);
        double[] half = ColourWheel.colour(0.5, 0, 1);
        assertThat(half).containsExactly(new double[] {1, 0.5, 0.5}, within(0.01));
        assertThat(ColourWheel.colour(2, 0, 1)[0]).isEqualTo(0.75, within(1e-9));
    }

    @Test
    void depthKeepsSixteenBits() throws IOException {
        Raster depth =
                Raster.of(
                        2,
                        3,
                        1,
                        (y, x, _) -> y == 1 && x == 2 ? Double.POSITIVE_INFINITY : 1 + y + x);
        Path file = folder.resolve("depth.png");
        Pictures.write(Pictures.grey16(depth), file);
        BufferedImage read = ImageIO.read(file.toFile());
        assertThat(read.getColorModel().getPixelSize()).isEqualTo(16);
        assertThat(read.getRaster().getSample(0, 0, 0)).isZero();
        assertThat(read.getRaster().getSample(2, 0, 0)).isEqualTo(65534);
        assertThat(read.getRaster().getSample(1, 0, 0)).isEqualTo(32767);
        assertThat(read.getRaster().getSample(2, 1, 0)).isEqualTo(65535);
    }

    @Test
    void picturesShowEveryCellAndComeBack() {
        Raster frame = Raster.of(4, 4, 3, (y, x, c) -> (y + x + c) / 9.0);
        BufferedImage image = Pictures.of(frame);
        assertThat(image.getWidth()).isEqualTo(320);
        Path file = folder.resolve("deep/frame.png");
        Pictures.write(image, file);
        assertThat(PictureFile.read(file).at(100, 250, 2))
                .isCloseTo(frame.at(1, 3, 2), within(0.01f));
        Mask mask = Mask.of(4, 4, (y, x) -> y > 1 && x > 1);
        BufferedImage shown = Pictures.segment(frame, mask);
        assertThat(shown.getRGB(160, 240)).isNotEqualTo(image.getRGB(160, 240)); // its edge
        assertThat(shown.getRGB(240, 240)).isEqualTo(image.getRGB(240, 240)); // inside
        Pictures.arrow(shown, new Cell(2, 2), 1, 0, 4);
        assertThat(shown.getRGB(240, 200)).isEqualTo(0xFF111111);
        BufferedImage strip =
                Pictures.filmstrip(
                        List.of(
                                new Pictures.Captioned(image, "one"),
                                new Pictures.Captioned(shown, "two")));
        assertThat(strip.getWidth()).isEqualTo(2 * 320 + 3 * 12);
        assertThat(Pictures.mask(mask).getRaster().getSample(3, 2, 0)).isEqualTo(255);
        assertThat(Pictures.of(Raster.of(4, 4, 2, (y, x, _) -> x - y)).getHeight()).isEqualTo(320);
    }

    @Test
    void whatIsNoPictureIsTold() throws IOException {
        Path text = Files.writeString(folder.resolve("x.png"), "hello");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PictureFile.read(text))
                .withMessageContaining("no PNG or JPEG");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PictureFile.read(folder.resolve("none.png")))
                .withMessageContaining("there is no file");
        assertThatThrownBy(() -> Worlds.open("moving-objects"))
                .isInstanceOf(UnknownNameException.class)
                .hasMessageContaining("did you mean 'moving-object'");
    }
}

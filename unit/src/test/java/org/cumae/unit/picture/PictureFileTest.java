package org.cumae.unit.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.cumae.psi.Raster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import javax.imageio.ImageIO;

class PictureFileTest {
    @TempDir private Path folder;

    private static byte[] encoded(BufferedImage image, String kind) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(ImageIO.write(image, kind, out)).isTrue();
        return out.toByteArray();
    }

    private static BufferedImage slope(int type) {
        BufferedImage image = new BufferedImage(24, 16, type);
        for (int i = 0; i < 24 * 16; i++) {
            int grey = 10 * (i % 24);
            image.setRGB(i % 24, i / 24, 0xFF000000 | grey << 16 | grey << 8 | grey);
        }
        return image;
    }

    private static Raster read(byte... bytes) {
        return PictureFile.read(new ByteArrayInputStream(bytes), "it");
    }

    private static void refused(byte[] bytes, String words) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read(bytes))
                .withMessageContaining(words);
    }

    @Test
    void pngAndJpegAreRead() throws IOException {
        for (String kind : List.of("png", "jpg")) {
            Raster raster = read(encoded(slope(BufferedImage.TYPE_INT_RGB), kind));
            assertThat(List.of(raster.rows(), raster.columns(), raster.channels()))
                    .containsExactly(16, 24, 3);
            assertThat(raster.at(3, 20, 1)).isCloseTo(200 / 255f, within(0.02f));
        }
        Raster grey = read(encoded(slope(BufferedImage.TYPE_BYTE_GRAY), "png"));
        assertThat(grey.at(3, 20, 2)).isGreaterThan(grey.at(3, 10, 2));
    }

    @Test
    void sixteenBitsAreRefused() throws IOException {
        refused(encoded(slope(BufferedImage.TYPE_USHORT_GRAY), "png"), "16 bits a colour");
    }

    @Test
    void othersThanPngAndJpegAreRefused() throws IOException {
        refused(encoded(slope(BufferedImage.TYPE_BYTE_INDEXED), "gif"), "is a gif picture");
        refused(new byte[] {1, 2, 3, 4}, "it is no PNG or JPEG");
        refused(new byte[0], "it is no PNG or JPEG");
    }

    @Test
    void whatIsCutOffIsRefused() throws IOException {
        byte[] png = encoded(slope(BufferedImage.TYPE_INT_RGB), "png");
        refused(Arrays.copyOf(png, 40), "broken picture");
        refused(Arrays.copyOf(png, png.length / 2), "broken picture");
        byte[] jpg = encoded(slope(BufferedImage.TYPE_INT_RGB), "jpg");
        refused(Arrays.copyOf(jpg, 30), "broken picture");
    }

    /// A header of 30,000 x 30,000 pixels, and no pixel behind it: decoding would take 2.7 GB.
    @Test
    void aHugeHeaderIsRefusedBeforeDecoding() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.write(HexFormat.of().parseHex("89504e470d0a1a0a"));
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        DataOutputStream in = new DataOutputStream(header);
        in.writeBytes("IHDR");
        in.writeInt(30_000);
        in.writeInt(30_000);
        in.write(new byte[] {8, 2, 0, 0, 0});
        out.writeInt(13);
        out.write(header.toByteArray());
        CRC32 crc = new CRC32();
        crc.update(header.toByteArray());
        out.writeInt((int) crc.getValue());
        refused(bytes.toByteArray(), "30000 x 30000 pixels; a picture has at most 4096");
    }

    /// A JPEG whose frame says that it has four colours.
    @Test
    void fourInksAreRefused() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(HexFormat.of().parseHex("ffd8"));
        out.write(HexFormat.of().parseHex("ffee000e" + "41646f6265" + "0064" + "00000000" + "00"));
        out.write(HexFormat.of().parseHex("ffdb004300" + "01".repeat(64)));
        out.write(
                HexFormat.of()
                        .parseHex("ffc00014" + "0800080008" + "04" + "011100021100031100041100"));
        out.write(HexFormat.of().parseHex("ffda000e0401000200030004003f00" + "00"));
        out.write(HexFormat.of().parseHex("ffd9"));
        refused(out.toByteArray(), "(CMYK?); convert it to RGB");
    }

    private Path digits(String name, int... header) throws IOException {
        Path file = folder.resolve(name);
        try (DataOutputStream out =
                new DataOutputStream(new GZIPOutputStream(Files.newOutputStream(file)))) {
            for (int each : header) {
                out.writeInt(each);
            }
            out.write(new byte[] {0, (byte) 255, 51, 0, 0, 0, 0, (byte) 255});
        }
        return file;
    }

    @Test
    void digitsAndTheirLabelsAreRead() throws IOException {
        Path file = digits("x-images-idx3-ubyte.gz", 0x803, 2, 2, 2);
        digits("x-labels-idx1-ubyte.gz", 0x801, 2);
        PictureSet set = PictureSet.read(file, 10);
        assertThat(set.size()).isEqualTo(2);
        assertThat(set.pictures().getFirst().at(1, 0)).isEqualTo(0.2f, within(1e-6f));
        assertThat(set.pictures().getLast().at(1, 1)).isEqualTo(1);
        assertThat(set.labels()).containsExactly(0, 255);
        assertThat(set.classes()).hasSize(256).contains("7");
        assertThat(PictureSet.read(file, 1).size()).isEqualTo(1);
    }

    @Test
    void damagedDigitsAreRefused() throws IOException {
        digits("x-labels-idx1-ubyte.gz", 0x801, 2);
        Path cut = digits("x-images-idx3-ubyte.gz", 0x803, 2, 9, 9);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PictureSet.read(cut, 2))
                .withMessageContaining("is cut off");
        Path huge = digits("x-images-idx3-ubyte.gz", 0x803, 2, 30_000, 30_000);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PictureSet.read(huge, 2))
                .withMessageContaining("30000 x 30000 pixels; sides are [1, 1024]");
        Path many = digits("x-images-idx3-ubyte.gz", 0x803, -5, 2, 2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PictureSet.read(many, 2))
                .withMessageContaining("says that it holds -5");
        Path plain = Files.write(folder.resolve("y-images-idx3-ubyte.gz"), new byte[40]);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PictureSet.read(plain, 2))
                .withMessageContaining("not gzipped");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PictureSet.read(folder.resolve("z.png"), 2))
                .withMessageContaining("is no set of pictures");
    }

    @Test
    void classesAreFolders() throws IOException {
        Path file = folder.resolve("set.zip");
        byte[] png = encoded(slope(BufferedImage.TYPE_INT_RGB), "png");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
            for (String name : List.of("t/dog/1.png", "t/cat/1.png", "t/cat/2.png", "t/read.me")) {
                out.putNextEntry(new ZipEntry(name));
                out.write(png);
            }
        }
        PictureSet set = PictureSet.read(file, 10);
        assertThat(set.classes()).containsExactly("cat", "dog");
        assertThat(set.labels()).containsExactly(0, 1, 0); // the first of each class come first
        assertThat(set.counts()).containsExactly(2, 1);
        assertThat(set.label("dog")).isEqualTo(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> set.label("owl"))
                .withMessageContaining("classes are [cat, dog]");
    }
}

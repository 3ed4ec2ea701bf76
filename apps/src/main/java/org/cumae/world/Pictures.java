package org.cumae.world;

import org.cumae.Check;
import org.cumae.psi.Box;
import org.cumae.psi.Cell;
import org.cumae.psi.Mask;
import org.cumae.psi.Raster;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Line2D;
import java.awt.image.BufferedImage;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import javax.imageio.ImageIO;

/// What a world shows, as pictures and picture files.
public final class Pictures {
    private static final int SIDE = 320; // pixels of a shown frame, at least
    private static final int GAP = 12;
    private static final int CAPTION = 26;
    private static final Color PAPER = new Color(0xFBF8F2);
    private static final Color INK = new Color(0x2B2A28);
    private static final Color MARK = new Color(0x111111);
    private static final int MOST_GREY = 0xFFFF;

    private Pictures() {}

    /// A raster as a picture: of three channels its colours, of two its motion on the colour wheel,
    /// of one a map from dark to light.
    ///
    /// Small rasters are enlarged by a whole factor, so that their cells can be seen.
    public static BufferedImage of(Raster raster) {
        return switch (raster.channels()) {
            case 3 -> colours(raster);
            case 2 -> {
                float fastest = raster.magnitude().max();
                yield colours(ColourWheel.of(raster, fastest > 0 ? fastest : 1));
            }
            case 1 -> colours(heat(raster));
            default ->
                    throw new IllegalArgumentException(
                            "a raster of %d channels is no picture".formatted(raster.channels()));
        };
    }

    private static BufferedImage colours(Raster raster) {
        int scale = scale(raster);
        int height = raster.rows() * scale;
        int width = raster.columns() * scale;
        Raster large = raster.resampled(Box.all(raster), height, width);
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, rgb(large, y, x));
            }
        }
        return image;
    }

    /// How many pixels a cell is shown with.
    public static int scale(Raster raster) {
        return Math.max(1, SIDE / Math.max(raster.rows(), raster.columns()));
    }

    private static int rgb(Raster raster, int y, int x) {
        int rgb = 0;
        for (int c = 0; c < 3; c++) {
            rgb = rgb << 8 | (int) Math.round(255 * Math.clamp(raster.at(y, x, c), 0.0, 1.0));
        }
        return rgb;
    }

    /// Dark blue for the least, over red, to light yellow for the most; what is infinite is black.
    private static Raster heat(Raster map) {
        double[] ends = ends(map);
        return Raster.of(
                map.rows(),
                map.columns(),
                3,
                (y, x, c) -> {
                    if (!Float.isFinite(map.at(y, x))) {
                        return 0;
                    }
                    double share = (map.at(y, x) - ends[0]) / (ends[1] - ends[0]);
                    return switch (c) {
                        case 0 -> Math.min(1, 0.08 + 1.5 * share);
                        case 1 -> 0.08 + 0.9 * share * share;
                        default -> 0.25 + 0.6 * share * (1 - share) + 0.4 * Math.pow(share, 3);
                    };
                });
    }

    /// The least and the most of the finite values, apart from each other.
    private static double[] ends(Raster map) {
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        for (Cell cell : Mask.of(map.rows(), map.columns(), (_, _) -> true).cells()) {
            float here = map.at(cell.y(), cell.x());
            if (Float.isFinite(here)) {
                least = Math.min(least, here);
                most = Math.max(most, here);
            }
        }
        return least < most ? new double[] {least, most} : new double[] {least, least + 1};
    }

    /// A frame with a segment: the rest paler, and a line around it.
    public static BufferedImage segment(Raster frame, Mask segment) {
        int patch = frame.rows() / segment.rows();
        BufferedImage image =
                of(
                        Raster.of(
                                frame.rows(),
                                frame.columns(),
                                3,
                                (y, x, c) ->
                                        segment.has(y / patch, x / patch)
                                                ? frame.at(y, x, c)
                                                : 0.6 + 0.4 * frame.at(y, x, c)));
        Graphics2D pen = pen(image, 3);
        int side = image.getHeight() / segment.rows();
        for (Cell cell : segment.cells()) {
            int top = cell.y() * side;
            int left = cell.x() * side;
            edge(pen, segment.has(cell.y() - 1, cell.x()), left, top, left + side, top);
            edge(
                    pen,
                    segment.has(cell.y() + 1, cell.x()),
                    left,
                    top + side,
                    left + side,
                    top + side);
            edge(pen, segment.has(cell.y(), cell.x() - 1), left, top, left, top + side);
            edge(
                    pen,
                    segment.has(cell.y(), cell.x() + 1),
                    left + side,
                    top,
                    left + side,
                    top + side);
        }
        pen.dispose();
        return image;
    }

    private static void edge(Graphics2D pen, boolean inside, int x, int y, int toX, int toY) {
        if (!inside) {
            pen.drawLine(x, y, toX, toY);
        }
    }

    /// Draws an arrow over a picture of a frame.
    ///
    /// @param from where it begins, the middle of a cell
    /// @param x how far it goes to the right, in cells
    /// @param y how far down
    /// @param rows how many rows of cells the picture shows
    public static void arrow(BufferedImage image, Cell from, double x, double y, int rows) {
        double side = (double) image.getHeight() / rows;
        Graphics2D pen = pen(image, 3);
        double left = (from.x() + 0.5) * side;
        double top = (from.y() + 0.5) * side;
        double right = left + x * side;
        double bottom = top + y * side;
        pen.draw(new Line2D.Double(left, top, right, bottom));
        double angle = Math.atan2(y, x);
        double head = Math.hypot(x, y) > 0 ? 0.3 * side : 0;
        for (double turn : new double[] {2.6, -2.6}) {
            pen.draw(
                    new Line2D.Double(
                            right,
                            bottom,
                            right + head * Math.cos(angle + turn),
                            bottom + head * Math.sin(angle + turn)));
        }
        pen.fillOval((int) left - 4, (int) top - 4, 8, 8);
        pen.dispose();
    }

    private static Graphics2D pen(BufferedImage image, float width) {
        Graphics2D pen = image.createGraphics();
        pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        pen.setRenderingHint(
                RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        pen.setColor(MARK);
        pen.setStroke(new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        return pen;
    }

    /// A picture and what stands under it.
    public record Captioned(BufferedImage image, String caption) {}

    /// Pictures side by side, each with its caption.
    ///
    /// @param pictures at least one
    public static BufferedImage filmstrip(List<Captioned> pictures) {
        Check.argument(!pictures.isEmpty(), "a filmstrip needs a picture");
        int width = GAP;
        int height = 0;
        for (Captioned each : pictures) {
            width += each.image.getWidth() + GAP;
            height = Math.max(height, each.image.getHeight());
        }
        BufferedImage strip =
                new BufferedImage(width, height + 2 * GAP + CAPTION, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = pen(strip, 1);
        pen.setColor(PAPER);
        pen.fillRect(0, 0, strip.getWidth(), strip.getHeight());
        pen.setColor(INK);
        pen.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
        int x = GAP;
        for (Captioned each : pictures) {
            pen.drawImage(each.image, x, GAP, null);
            pen.drawString(each.caption, x, height + GAP + CAPTION - 6);
            x += each.image.getWidth() + GAP;
        }
        pen.dispose();
        return strip;
    }

    /// Writes a picture as PNG.
    ///
    /// @throws UncheckedIOException if it cannot be written
    public static void write(BufferedImage image, Path file) {
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            if (!ImageIO.write(image, "png", file.toFile())) {
                throw new IOException("no writer for " + image);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    /// A map as a grey picture of 16 bits, of as many pixels as there are cells: 0 for the least,
    /// 65534 for the most, 65535 for what is infinite.
    ///
    /// @param map of one channel
    public static BufferedImage grey16(Raster map) {
        double[] ends = ends(map);
        BufferedImage image =
                new BufferedImage(map.columns(), map.rows(), BufferedImage.TYPE_USHORT_GRAY);
        WritableRaster pixels = image.getRaster();
        for (int y = 0; y < map.rows(); y++) {
            for (int x = 0; x < map.columns(); x++) {
                double share = (map.at(y, x) - ends[0]) / (ends[1] - ends[0]);
                int grey =
                        Float.isFinite(map.at(y, x))
                                ? (int) Math.round(share * (MOST_GREY - 1))
                                : MOST_GREY;
                pixels.setSample(x, y, 0, grey);
            }
        }
        return image;
    }

    /// A mask as a picture of as many pixels as there are cells, white on black.
    public static BufferedImage mask(Mask mask) {
        BufferedImage image =
                new BufferedImage(mask.columns(), mask.rows(), BufferedImage.TYPE_BYTE_GRAY);
        for (Cell cell : mask.cells()) {
            image.getRaster().setSample(cell.x(), cell.y(), 0, 255);
        }
        return image;
    }
}

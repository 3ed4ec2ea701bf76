package org.cumae.text;

import org.cumae.Check;
import org.cumae.decode.DecodeTrace;
import org.cumae.model.Ledger;
import org.cumae.weights.WholeFile;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import javax.imageio.ImageIO;

/// Listens to a generation and draws how it came about: a cell for each token, at its place from
/// left to right and at the pass that wrote it from top to bottom, the darker the surer.
public final class RevealMap implements TextListener {
    private static final int LARGEST = 14; // a cell
    private static final int SMALLEST = 4;
    private static final int LEGIBLE = 12; // cells from so large on bear their token
    private static final int WIDE = 1600; // as wide as a picture should be
    private static final int EDGE = 44;
    private static final int LONGEST = 400; // places and passes that are drawn
    private static final Color INK = new Color(0x3A3A38);
    private static final Color PALE = new Color(0xDDE8EE);
    private static final Color SURE = new Color(0x1F5A7A);
    private static final Color LINES = new Color(0xE4E1DA);

    private final TextListener next;
    private final DecodeTrace trace = new DecodeTrace();
    private final Map<Integer, String> texts = new HashMap<>(); // by place
    private Ledger ledger = new Ledger();

    /// A map of what another listener hears too.
    public RevealMap(TextListener next) {
        this.next = next;
    }

    @Override
    public void begins(Ledger ledger) {
        this.ledger = ledger;
        next.begins(ledger);
    }

    @Override
    public boolean accept(TextPiece piece) {
        piece.token()
                .ifPresent(
                        token -> {
                            texts.put(token.position(), token.text());
                            trace.tell(
                                    token.position(),
                                    token.id(),
                                    ledger.forwards(),
                                    token.probability());
                        });
        return next.accept(piece);
    }

    /// What was heard.
    public DecodeTrace trace() {
        return trace;
    }

    /// The picture.
    ///
    /// @throws IllegalStateException if nothing was written
    public BufferedImage picture() {
        List<DecodeTrace.Told> told =
                trace.told().stream().filter(each -> each.position() < LONGEST).toList();
        Check.state(!told.isEmpty(), "nothing was written; there is nothing to draw");
        int columns = told.getLast().position() + 1;
        int rows =
                (int)
                        Math.min(
                                told.stream().mapToLong(DecodeTrace.Told::pass).max().orElse(1),
                                LONGEST);
        int cell = Math.clamp(WIDE / Math.max(columns, rows), SMALLEST, LARGEST);
        BufferedImage picture =
                new BufferedImage(
                        EDGE + columns * cell + LARGEST,
                        EDGE + rows * cell + LARGEST,
                        BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = picture.createGraphics();
        pen.setRenderingHint(
                RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        pen.setColor(Color.WHITE);
        pen.fillRect(0, 0, picture.getWidth(), picture.getHeight());
        pen.setFont(new Font(Font.MONOSPACED, Font.PLAIN, LARGEST - 3));
        grid(pen, columns, rows, cell);
        for (DecodeTrace.Told each : told) {
            int x = EDGE + each.position() * cell;
            if (each.pass() >= 1 && each.pass() <= rows) {
                pen.setColor(shade(each.probability()));
                pen.fillRect(x + 1, EDGE + ((int) each.pass() - 1) * cell + 1, cell - 1, cell - 1);
            }
            if (cell >= LEGIBLE) {
                pen.setColor(INK);
                middle(pen, texts.getOrDefault(each.position(), ""), x + cell / 2, EDGE - 6);
            }
        }
        pen.dispose();
        return picture;
    }

    private static void grid(Graphics2D pen, int columns, int rows, int cell) {
        pen.setColor(LINES);
        int apart = cell >= LEGIBLE ? 1 : 10;
        for (int column = 0; column <= columns; column += apart) {
            int x = EDGE + column * cell;
            pen.drawLine(x, EDGE, x, EDGE + rows * cell);
        }
        for (int row = 0; row <= rows; row += apart) {
            int y = EDGE + row * cell;
            pen.drawLine(EDGE, y, EDGE + columns * cell, y);
        }
        pen.setColor(INK);
        int step = Math.max(Math.max(1, rows / 20), (LARGEST + cell - 1) / cell);
        for (int row = 0; row < rows; row += step) {
            pen.drawString(String.valueOf(row + 1), 8, EDGE + (row + 1) * cell + 4);
        }
        pen.drawString("pass", 8, EDGE - 22);
    }

    private static Color shade(double probability) {
        return new Color(
                between(PALE.getRed(), SURE.getRed(), probability),
                between(PALE.getGreen(), SURE.getGreen(), probability),
                between(PALE.getBlue(), SURE.getBlue(), probability));
    }

    private static int between(int from, int to, double share) {
        return (int) Math.round(from + (to - from) * Math.clamp(share, 0, 1));
    }

    private static void middle(Graphics2D pen, String text, int x, int y) {
        String shown = text.isBlank() ? (text.contains("\n") ? "↵" : "") : text.strip();
        if (shown.codePointCount(0, shown.length()) > 2) {
            shown = shown.substring(0, shown.offsetByCodePoints(0, 2));
        }
        FontMetrics size = pen.getFontMetrics();
        pen.drawString(shown, x - size.stringWidth(shown) / 2, y);
    }

    /// Writes the picture as a PNG.
    public void write(Path file) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(picture(), "png", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        WholeFile.write(file, sink -> sink.write(bytes.toByteArray()));
    }
}

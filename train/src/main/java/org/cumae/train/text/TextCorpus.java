package org.cumae.train.text;

import org.cumae.Check;
import org.cumae.train.TrainingException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/// A text in two parts, of which a model learns from the first and is held against the second.
///
/// @param training the first part
/// @param heldOut the rest
public record TextCorpus(String training, String heldOut) {
    /// Reads a file.
    ///
    /// @param heldOutShare how much of its end is held out, in characters, in (0, 1)
    /// @throws TrainingException if it is not there, empty or not UTF-8
    public static TextCorpus read(Path file, double heldOutShare) {
        check(heldOutShare);
        String text = text(file);
        int cut = (int) Math.round(text.length() * (1 - heldOutShare));
        if (cut > 0 && cut < text.length() && Character.isLowSurrogate(text.charAt(cut))) {
            cut--; // a character is not cut in two
        }
        return new TextCorpus(text.substring(0, cut), text.substring(cut));
    }

    /// Of many texts the last ones are held out, whole. An empty line stands behind each.
    ///
    /// @param heldOutShare how many of them, in (0, 1); at least one
    /// @throws TrainingException if there are fewer than two
    public static TextCorpus of(List<String> texts, double heldOutShare) {
        check(heldOutShare);
        if (texts.size() < 2) {
            throw new TrainingException(
                    "there are %d texts; one to learn from and one to hold out are needed"
                            .formatted(texts.size()));
        }
        long kept = Math.round(texts.size() * (1 - heldOutShare));
        int cut = Math.clamp(kept, 1, texts.size() - 1);
        return new TextCorpus(
                together(texts.subList(0, cut)), together(texts.subList(cut, texts.size())));
    }

    private static String together(List<String> texts) {
        return texts.stream()
                .map(text -> text.stripTrailing() + "\n\n")
                .collect(Collectors.joining());
    }

    private static void check(double heldOutShare) {
        Check.argument(
                heldOutShare > 0 && heldOutShare < 1,
                "the held-out share is %s; it must be between 0 and 1",
                heldOutShare);
    }

    private static String text(Path file) {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new TrainingException(
                    "there is no text at %s; give another with --data".formatted(file), e);
        } catch (IOException e) {
            throw new TrainingException("cannot read %s: %s".formatted(file, e), e);
        }
        if (bytes.length == 0) {
            throw new TrainingException("%s is empty; a text is needed".formatted(file));
        }
        CharsetDecoder decoder =
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(in, out, true);
        if (result.isError()) {
            throw new TrainingException(
                    "%s is not UTF-8: byte 0x%02X at offset %d cannot be there; convert the file to"
                                    .formatted(file, bytes[in.position()], in.position())
                            + " UTF-8");
        }
        return out.flip().toString();
    }
}

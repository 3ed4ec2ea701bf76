package org.cumae.weights;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;

/// Damages a sound file in the ways files get damaged, opens the result, reads it all, and lets
/// nothing but [WeightFileException] pass as an answer.
final class Mutations {
    /// Numbers that have broken readers before.
    private static final long[] EVIL = {
        0,
        1,
        -1,
        2,
        31,
        33,
        255,
        256,
        65_535,
        1 << 24,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        0xFFFF_FFFFL,
        1L << 32,
        1L << 40,
        1L << 61,
        1L << 62,
        Long.MAX_VALUE,
        Long.MIN_VALUE
    };

    private final Path victim;
    private final byte[] sound;
    private final int header;
    private int read;
    private int refused;

    /// @param victim where damaged files are written
    /// @param sound a sound file
    /// @param header the length of its header
    Mutations(Path victim, byte[] sound, int header) {
        this.victim = victim;
        this.sound = sound;
        this.header = header;
    }

    /// Cuts the file at random places of its data, then after each byte of its header.
    void cut(int randomCuts, boolean header, Random random) throws IOException {
        int[] lengths = random.ints(randomCuts, this.header, sound.length).sorted().toArray();
        Files.write(victim, sound);
        for (int i = lengths.length - 1; i >= 0; i--) {
            cutTo(lengths[i]);
        }
        for (int length = this.header - 1; header && length >= 0; length--) {
            cutTo(length);
        }
    }

    private void cutTo(int length) throws IOException {
        try (FileChannel channel = FileChannel.open(victim, StandardOpenOption.WRITE)) {
            channel.truncate(length);
        }
        int before = refused;
        tryFile("cut at " + length);
        if (refused == before) {
            throw new AssertionError("a file cut at " + length + " was read as if whole");
        }
    }

    /// Flips bits, writes evil numbers, and moves, doubles or removes pieces of the header.
    void damage(int times, Random random) throws IOException {
        Files.write(victim, sound);
        for (int i = 0; i < times; i++) {
            // Evil numbers may reach a few bytes into the data.
            byte[] bytes = Arrays.copyOf(sound, header + Long.BYTES);
            String how = "";
            int wounds = 1 + random.nextInt(3);
            for (int wound = 0; wound < wounds; wound++) {
                int at = random.nextInt(header);
                how +=
                        switch (random.nextInt(5)) {
                            case 0 -> {
                                bytes[at] ^= (byte) (1 << random.nextInt(8));
                                yield " flip@" + at;
                            }
                            case 1 -> {
                                bytes[at] = (byte) random.nextInt();
                                yield " byte@" + at;
                            }
                            case 2 -> {
                                long evil = EVIL[random.nextInt(EVIL.length)];
                                ByteBuffer.wrap(bytes)
                                        .order(ByteOrder.LITTLE_ENDIAN)
                                        .putLong(at, evil);
                                yield " i64 " + evil + "@" + at;
                            }
                            case 3 -> {
                                int evil = (int) EVIL[random.nextInt(EVIL.length)];
                                ByteBuffer.wrap(bytes)
                                        .order(ByteOrder.LITTLE_ENDIAN)
                                        .putInt(at, evil);
                                yield " i32 " + evil + "@" + at;
                            }
                            default -> {
                                int from = random.nextInt(header);
                                int length =
                                        Math.min(random.nextInt(64), header - Math.max(from, at));
                                System.arraycopy(sound, from, bytes, at, length);
                                yield " copy " + from + "->" + at + "+" + length;
                            }
                        };
            }
            try (FileChannel channel = FileChannel.open(victim, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(bytes), 0);
            }
            tryFile(how);
        }
    }

    /// How many damaged files could still be read, and how many were refused.
    String counts() {
        return read + " read, " + refused + " refused";
    }

    int refused() {
        return refused;
    }

    private void tryFile(String how) {
        try (WeightFile file = WeightFile.open(victim)) {
            file.vocabulary();
            WeightSummary.of(file);
            for (TensorInfo info : file.infos()) {
                byte[] raw = new byte[Math.toIntExact(info.bytes())];
                file.read(info.name(), MemorySegment.ofArray(raw));
                file.floats(info.name());
            }
            read++;
        } catch (WeightFileException e) {
            refused++;
            if (e.getMessage().length() > 2000) {
                throw new AssertionError("a message as long as a file after" + how, e);
            }
        } catch (RuntimeException | Error e) {
            throw new AssertionError("damage that was not refused in words:" + how, e);
        }
    }
}

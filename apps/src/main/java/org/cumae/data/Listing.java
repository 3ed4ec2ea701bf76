package org.cumae.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/// Digests of files, and of what is in a zip file whichever way it is packed.
final class Listing {
    private Listing() {}

    /// SHA-256 of a file, in hexadecimal.
    static String sha256(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return sha256(in);
        }
    }

    /// SHA-256 over the listing of a zip file's entries: for each a line of its own digest, two
    /// spaces and its name, sorted by name.
    static String sha256OfEntries(Path zip) throws IOException {
        MessageDigest digest = digest();
        try (ZipFile file = new ZipFile(zip.toFile())) {
            for (ZipEntry entry : entries(file)) {
                String line = sha256(file.getInputStream(entry)) + "  " + entry.getName() + "\n";
                digest.update(line.getBytes(StandardCharsets.UTF_8));
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /// The files in a zip, sorted by name.
    static List<ZipEntry> entries(ZipFile zip) {
        List<ZipEntry> entries = new ArrayList<>();
        for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
            ZipEntry entry = all.nextElement();
            if (!entry.isDirectory()) {
                entries.add(entry);
            }
        }
        entries.sort(Comparator.comparing(ZipEntry::getName));
        return entries;
    }

    private static String sha256(InputStream bytes) throws IOException {
        try (DigestInputStream in = new DigestInputStream(bytes, digest())) {
            in.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(in.getMessageDigest().digest());
        }
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}

package org.cumae.cli.parquet;

import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.DictionaryPageHeader;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Util;
import org.apache.parquet.io.ParquetDecodingException;
import org.apache.parquet.schema.PrimitiveType;
import org.jspecify.annotations.Nullable;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.zip.CRC32;

/// The pages of one column in one group of rows, read one after the other and unpacked. Checksums
/// are held against them where a file has some.
final class ColumnPages implements PageReader {
    private static final int MOST_BYTES = 1 << 28; // of a page; writers make them of 1 MB
    private static final int BUFFER = 1 << 16;

    private final String column;
    private final InputStream bytes;
    private final Codec codec;
    private final long values;
    private long left;
    private @Nullable Page ahead;

    /// A page as it stands in the file.
    private record Page(PageHeader header, byte[] bytes) {
        boolean isDictionary() {
            return header.getType() == PageType.DICTIONARY_PAGE;
        }
    }

    /// @param bytes all pages of the column in the group
    /// @param values how many they hold together, unknown ones among them
    ColumnPages(String column, InputStream bytes, Codec codec, long values) {
        this.column = column;
        this.bytes = new BufferedInputStream(bytes, BUFFER);
        this.codec = codec;
        this.values = values;
        this.left = values;
    }

    @Override
    public long getTotalValueCount() {
        return values;
    }

    @Override
    public @Nullable DictionaryPage readDictionaryPage() {
        try {
            return values == 0 ? null : dictionary();
        } catch (IOException e) {
            throw new UncheckedIOException(damaged(String.valueOf(e.getMessage())), e);
        }
    }

    @Override
    public DataPage readPage() {
        try {
            return page();
        } catch (IOException e) {
            throw new UncheckedIOException(damaged(String.valueOf(e.getMessage())), e);
        }
    }

    private @Nullable DictionaryPage dictionary() throws IOException {
        Page page = next();
        if (!page.isDictionary()) {
            ahead = page;
            return null;
        }
        DictionaryPageHeader header =
                Told.of(page.header().getDictionary_page_header(), "what a dictionary has");
        byte[] entries = codec.unpacked(page.bytes(), page.header().getUncompressed_page_size());
        // each takes a byte or more: what says more would only take memory
        check(
                header.getNum_values() >= 0 && header.getNum_values() <= entries.length,
                "a dictionary has %,d entries in %,d bytes",
                header.getNum_values(),
                entries.length);
        return new DictionaryPage(
                BytesInput.from(entries), header.getNum_values(), encoding(header.getEncoding()));
    }

    private DataPage page() throws IOException {
        Page page = ahead == null ? next() : ahead;
        ahead = null;
        check(!page.isDictionary(), "a second dictionary");
        return page.header().getType() == PageType.DATA_PAGE_V2 ? second(page) : first(page);
    }

    private DataPage first(Page page) throws IOException {
        DataPageHeader header = Told.of(page.header().getData_page_header(), "what a page has");
        count(header.getNum_values());
        int size = page.header().getUncompressed_page_size();
        return new DataPageV1(
                BytesInput.from(codec.unpacked(page.bytes(), size)),
                header.getNum_values(),
                size,
                noStatistics(),
                encoding(header.getRepetition_level_encoding()),
                encoding(header.getDefinition_level_encoding()),
                encoding(header.getEncoding()));
    }

    private DataPage second(Page page) throws IOException {
        DataPageHeaderV2 header =
                Told.of(page.header().getData_page_header_v2(), "what a page has");
        count(header.getNum_values());
        int repetition = header.getRepetition_levels_byte_length();
        int levels = repetition + header.getDefinition_levels_byte_length();
        byte[] all = page.bytes();
        int size = page.header().getUncompressed_page_size() - levels;
        check(
                repetition >= 0 && levels >= repetition && levels <= all.length && size >= 0,
                "a page of %,d bytes has %,d of levels",
                all.length,
                levels);
        byte[] data = Arrays.copyOfRange(all, levels, all.length);
        boolean packed = !header.isSetIs_compressed() || header.isIs_compressed();
        if (packed && data.length > 0) {
            data = codec.unpacked(data, size);
        }
        return DataPageV2.uncompressed(
                header.getNum_rows(),
                header.getNum_nulls(),
                header.getNum_values(),
                BytesInput.from(all, 0, repetition),
                BytesInput.from(all, repetition, levels - repetition),
                encoding(header.getEncoding()),
                BytesInput.from(data),
                noStatistics());
    }

    private static Statistics<?> noStatistics() {
        return Statistics.createStats(
                new PrimitiveType(
                        org.apache.parquet.schema.Type.Repetition.OPTIONAL,
                        PrimitiveType.PrimitiveTypeName.DOUBLE,
                        "none"));
    }

    private void count(int values) {
        check(
                values >= 0 && values <= left,
                "a page has %,d values, and %,d are left",
                values,
                left);
        left -= values;
    }

    private Page next() throws IOException {
        while (true) {
            PageHeader header = Util.readPageHeader(bytes);
            int packed = header.getCompressed_page_size();
            int size = header.getUncompressed_page_size();
            check(
                    packed >= 0 && packed <= MOST_BYTES && size >= 0 && size <= MOST_BYTES,
                    "a page has %,d bytes, %,d unpacked, and at most %,d are read",
                    packed,
                    size,
                    MOST_BYTES);
            byte[] page = bytes.readNBytes(packed);
            check(page.length == packed, "its pages end too soon");
            if (header.isSetCrc()) {
                CRC32 sum = new CRC32();
                sum.update(page);
                check((int) sum.getValue() == header.getCrc(), "a page has not its checksum");
            }
            if (Told.of(header.getType(), "what a page is") != PageType.INDEX_PAGE) {
                return new Page(header, page);
            }
        }
    }

    private static Encoding encoding(org.apache.parquet.format.@Nullable Encoding encoding) {
        return Encoding.valueOf(Told.of(encoding, "how values are written").name());
    }

    private void check(boolean holds, String message, Object... parts) {
        if (!holds) {
            throw new ParquetDecodingException(damaged(message.formatted(parts)));
        }
    }

    private String damaged(String what) {
        return "column " + column + ": " + what;
    }
}

package org.cumae.weights;

import java.util.Comparator;
import java.util.List;

/// A tensor and the place of its bytes.
///
/// @param info its name, type and shape
/// @param file the file that holds it
/// @param offset where its bytes begin in that file
record StoredTensor(TensorInfo info, FileBytes file, long offset) {
    /// Where its bytes end; safe because [#checkLayout] bounded it by the size of the file.
    long end() {
        return offset + info.bytes();
    }

    /// Checks that the tensors of one file fill its data section: inside the file, in a row, none
    /// over another, no gap wider than the alignment asks for, nothing after the last.
    ///
    /// @param tensors the tensors; lengths are exact, offsets unchecked
    /// @param dataFrom where the data section begins
    /// @param alignment what every beginning is rounded up to, counted from `dataFrom`
    static void checkLayout(
            FileBytes file, List<StoredTensor> tensors, long dataFrom, long alignment) {
        for (StoredTensor tensor : tensors) {
            tensor.checkInside(dataFrom);
        }
        List<StoredTensor> inOrder =
                tensors.stream()
                        .sorted(
                                Comparator.comparingLong(StoredTensor::offset)
                                        .thenComparingLong(StoredTensor::end))
                        .toList();
        String before = "the header";
        long free = dataFrom;
        for (StoredTensor tensor : inOrder) {
            String name = "tensor " + Quoted.of(tensor.info.name());
            long aligned = roundUp(free - dataFrom, alignment) + dataFrom;
            if (tensor.offset < free) {
                throw new WeightFileException(
                        file.path(),
                        "%s begins at byte %d, inside %s, which ends at byte %d; the file is"
                                + " damaged, so convert the model again",
                        name,
                        tensor.offset,
                        before,
                        free);
            }
            if (tensor.offset != aligned) {
                throw new WeightFileException(
                        file.path(),
                        "%s begins at byte %d, but after %s it must begin at byte %d; bytes that"
                                + " belong to no tensor are refused, so convert the model again",
                        name,
                        tensor.offset,
                        before,
                        aligned);
            }
            free = tensor.end();
            before = name;
        }
        long longest = roundUp(free - dataFrom, alignment) + dataFrom;
        if (file.size() > Math.max(longest, free)) {
            throw new WeightFileException(
                    file.path(),
                    "has %d bytes, but %s ends at byte %d; extra bytes at the end are refused, so"
                            + " convert the model again",
                    file.size(),
                    before,
                    free);
        }
    }

    private void checkInside(long dataFrom) {
        if (offset < dataFrom || info.bytes() > file.size() - offset) {
            throw new WeightFileException(
                    file.path(),
                    "file ends at byte %d, but tensor %s of type %s and shape %s needs %d bytes"
                            + " from byte %s on; the file is cut short or damaged, so fetch it"
                            + " again",
                    file.size(),
                    Quoted.of(info.name()),
                    info.type(),
                    info.shape(),
                    info.bytes(),
                    Long.toUnsignedString(offset));
        }
    }

    static long roundUp(long value, long alignment) {
        return Math.multiplyExact(Math.ceilDiv(value, alignment), alignment);
    }
}

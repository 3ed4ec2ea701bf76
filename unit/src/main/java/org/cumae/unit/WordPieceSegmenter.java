package org.cumae.unit;

/// A word becomes the longest token it begins with, then the longest that goes on, and so on; a
/// word that cannot be covered is unknown as a whole.
///
/// @param prefix what tokens that go on begin with
/// @param longest longer words are unknown
record WordPieceSegmenter(Vocabulary vocabulary, int unknown, String prefix, int longest)
        implements Segmenter {
    @Override
    public void segment(String word, Ints out) {
        Ints ids = new Ints(8);
        if (word.codePointCount(0, word.length()) > longest || !cover(word, ids)) {
            out.add(unknown);
        } else {
            out.addAll(ids.toArray());
        }
    }

    private boolean cover(String word, Ints ids) {
        for (int from = 0; from < word.length(); ) {
            int to = word.length();
            int id = -1;
            while (to > from) {
                String part = word.substring(from, to);
                id = vocabulary.id(from == 0 ? part : prefix + part);
                if (id >= 0) {
                    break;
                }
                to--;
            }
            if (id < 0) {
                return false;
            }
            ids.add(id);
            from = to;
        }
        return true;
    }
}

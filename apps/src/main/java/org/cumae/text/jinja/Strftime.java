package org.cumae.text.jinja;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;

/// A moment in the notation of C's `strftime`.
final class Strftime {
    private static final Map<Character, String> PATTERNS =
            Map.ofEntries(
                    Map.entry('d', "dd"),
                    Map.entry('m', "MM"),
                    Map.entry('y', "yy"),
                    Map.entry('Y', "yyyy"),
                    Map.entry('b', "MMM"),
                    Map.entry('B', "MMMM"),
                    Map.entry('a', "EEE"),
                    Map.entry('A', "EEEE"),
                    Map.entry('H', "HH"),
                    Map.entry('I', "hh"),
                    Map.entry('M', "mm"),
                    Map.entry('S', "ss"),
                    Map.entry('p', "a"),
                    Map.entry('j', "DDD"),
                    Map.entry('F', "yyyy-MM-dd"),
                    Map.entry('T', "HH:mm:ss"));

    private Strftime() {}

    static String format(String pattern, LocalDateTime moment) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c != '%' || i + 1 == pattern.length()) {
                out.append(c);
                continue;
            }
            char field = pattern.charAt(++i);
            String known = PATTERNS.get(field);
            if (field == '%') {
                out.append('%');
            } else if (known == null) {
                throw new TemplateException("strftime_now does not know %%%s", field);
            } else {
                out.append(DateTimeFormatter.ofPattern(known, Locale.ENGLISH).format(moment));
            }
        }
        return out.toString();
    }
}

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

public class BackupNames {
    private static final Pattern NAME = Pattern.compile("(.+)-(\\d{4})(\\d{2})(\\d{2})\\.tar\\.gz");

    public static String backupName(String machine, String day) {
        return machine + "-" + day.replace("-", "") + ".tar.gz";
    }

    public static String dayOf(String name) {
        LocalDate day = parsed(name);
        return day == null ? null : day.toString();
    }

    private static LocalDate parsed(String name) {
        Matcher found = NAME.matcher(name);
        if (!found.matches()) {
            return null;
        }
        try {
            int month = Integer.parseInt(found.group(3));
            return LocalDate.of(Integer.parseInt(found.group(2)), month, Integer.parseInt(found.group(4)));
        } catch (DateTimeException error) {
            return null;
        }
    }

    public static String nextName(String name) {
        Matcher found = NAME.matcher(name);
        found.matches();
        return backupName(found.group(1), parsed(name).plusDays(1).toString());
    }

    public static List<String> expired(List<String> names, String today, int days) {
        LocalDate first = LocalDate.parse(today).minusDays(days);
        return names.stream()
                .filter(name -> parsed(name) != null && parsed(name).isBefore(first))
                .sorted(Comparator.comparing(BackupNames::parsed).thenComparing(name -> name))
                .toList();
    }
}

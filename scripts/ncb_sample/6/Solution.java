public class Roman {
    private static final int[] VALUES = {1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1};
    private static final String[] SIGNS = {"M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"};

    public static String toRoman(int number) {
        if (number < 1 || number > 3999) {
            throw new IllegalArgumentException(number + " has no Roman numeral");
        }
        StringBuilder written = new StringBuilder();
        for (int i = 0; i < VALUES.length; i++) {
            while (number >= VALUES[i]) {
                written.append(SIGNS[i]);
                number -= VALUES[i];
            }
        }
        return written.toString();
    }

    public static int fromRoman(String text) {
        String upper = text.toUpperCase();
        int total = 0;
        int place = 0;
        for (int i = 0; i < VALUES.length; i++) {
            while (upper.startsWith(SIGNS[i], place)) {
                total += VALUES[i];
                place += SIGNS[i].length();
            }
        }
        if (total < 1 || total > 3999 || !toRoman(total).equals(upper)) {
            throw new IllegalArgumentException(text + " is no Roman numeral");
        }
        return total;
    }

    public static String romanSum(String... texts) {
        int total = 0;
        for (String text : texts) {
            total += fromRoman(text);
        }
        return toRoman(total);
    }
}

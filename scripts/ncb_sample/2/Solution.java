public class Measurements {
    public static double[][] standardize(double[][] table) {
        int rows = table.length;
        int columns = rows == 0 ? 0 : table[0].length;
        double[][] found = new double[rows][columns];
        for (int j = 0; j < columns; j++) {
            double mean = 0;
            for (double[] row : table) {
                mean += row[j] / rows;
            }
            double variance = 0;
            for (double[] row : table) {
                variance += (row[j] - mean) * (row[j] - mean) / rows;
            }
            for (int i = 0; i < rows; i++) {
                found[i][j] = variance > 0 ? (table[i][j] - mean) / Math.sqrt(variance) : 0.0;
            }
        }
        return found;
    }

    public static int nearest(double[][] table, double[] point) {
        if (table.length == 0) {
            throw new IllegalArgumentException("the table is empty");
        }
        int best = 0;
        for (int i = 1; i < table.length; i++) {
            if (distance(table[i], point) < distance(table[best], point)) {
                best = i;
            }
        }
        return best;
    }

    private static double distance(double[] a, double[] b) {
        double sum = 0;
        for (int j = 0; j < a.length; j++) {
            sum += (a[j] - b[j]) * (a[j] - b[j]);
        }
        return Math.sqrt(sum);
    }
}

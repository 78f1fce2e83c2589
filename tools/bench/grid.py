# SPDX-License-Identifier: GPL-2.0-or-later
"""Rows of cells, as text or Markdown."""

WIDEST = 100


class Grid:
    """A header, and rows of as many strings; columns of numbers stand to the right."""

    def __init__(self, header, rows):
        self.header = [str(cell) for cell in header]
        self.rows = [[str(cell) for cell in row] for row in rows]

    def turned(self):
        """Rows become columns."""
        lines = list(zip(self.header, *self.rows))
        return Grid(lines[0], lines[1:])

    def widths(self):
        return [max(len(row[i]) for row in [self.header] + self.rows)
                for i in range(len(self.header))]

    def is_wide(self):
        return sum(self.widths()) + 2 * (len(self.header) - 1) > WIDEST

    def is_numeric(self, column):
        """Bold numbers, too."""
        cells = [row[column].strip("*") for row in self.rows if row[column]]
        return any(cells) and all(cell[0] in "0123456789-(" for cell in cells)

    def text(self):
        numeric = [self.is_numeric(i) for i in range(len(self.header))]
        lines = []
        for row in [self.header] + self.rows:
            cells = [cell.rjust(width) if right else cell.ljust(width)
                     for cell, width, right in zip(row, self.widths(), numeric)]
            lines.append("  ".join(cells).rstrip())
        return "\n".join(lines)

    def markdown(self):
        numeric = [self.is_numeric(i) for i in range(len(self.header))]
        lines = ["| " + " | ".join(self.header) + " |",
                 "|" + "|".join("--:" if right else "---" for right in numeric) + "|"]
        lines += ["| " + " | ".join(row) + " |" for row in self.rows]
        return "\n".join(lines)

    def show(self, markdown):
        """Prints it, and an empty line. Text that is too wide has rows for columns."""
        if markdown:
            print(self.markdown())
        else:
            print((self.turned() if self.is_wide() else self).text())
        print()

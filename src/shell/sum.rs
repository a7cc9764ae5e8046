//! `$(( ))`: integer arithmetic.

/// The maximum nesting depth of parentheses and signs.
const DEPTH_MAX: u32 = 40;

/// Evaluates an expression; `value` looks variables up.
///
/// # Errors
/// If it is invalid: the message of bash.
pub(super) fn evaluate(text: &str, value: &dyn Fn(&str) -> String) -> Result<i64, String> {
    let mut sum = Sum { rest: text, value, depth: 0 };
    let result = sum.binary(0)?;
    match sum.rest.trim_start() {
        "" => Ok(result),
        _ => Err(sum.error()),
    }
}

struct Sum<'t> {
    rest: &'t str,
    value: &'t dyn Fn(&str) -> String,
    depth: u32,
}

/// The operators, by increasing precedence.
const OPERATORS: [&[&str]; 6] =
    [&["||"], &["&&"], &["==", "!="], &["<=", ">=", "<", ">"], &["+", "-"], &["*", "/", "%"]];

impl Sum<'_> {
    fn error(&self) -> String {
        format!("syntax error in expression (error token is \"{}\")", self.rest.trim())
    }

    fn binary(&mut self, level: usize) -> Result<i64, String> {
        let Some(operators) = OPERATORS.get(level) else { return self.unary() };
        let mut one = self.binary(level + 1)?;
        loop {
            self.rest = self.rest.trim_start();
            let operator = operators.iter().find(|operator| self.rest.starts_with(**operator));
            let Some(operator) = operator else { return Ok(one) };
            self.rest = &self.rest[operator.len()..];
            let other = self.binary(level + 1)?;
            one = match *operator {
                "||" => i64::from(one != 0 || other != 0),
                "&&" => i64::from(one != 0 && other != 0),
                "==" => i64::from(one == other),
                "!=" => i64::from(one != other),
                "<=" => i64::from(one <= other),
                ">=" => i64::from(one >= other),
                "<" => i64::from(one < other),
                ">" => i64::from(one > other),
                "+" => one.wrapping_add(other),
                "-" => one.wrapping_sub(other),
                "*" => one.wrapping_mul(other),
                _ if other == 0 => return Err("division by 0".into()),
                "/" => one.wrapping_div(other),
                _ => one.wrapping_rem(other),
            };
        }
    }

    fn unary(&mut self) -> Result<i64, String> {
        self.depth += 1;
        self.rest = self.rest.trim_start();
        let mut chars = self.rest.chars();
        let first = chars.next().filter(|_| self.depth < DEPTH_MAX).ok_or_else(|| self.error())?;
        let result = match first {
            '-' | '+' | '!' => {
                self.rest = chars.as_str();
                let value = self.unary()?;
                match first {
                    '-' => value.wrapping_neg(),
                    '+' => value,
                    _ => i64::from(value == 0),
                }
            }
            '(' => {
                self.rest = chars.as_str();
                let value = self.binary(0)?;
                let rest = self.rest.trim_start().strip_prefix(')');
                self.rest = rest.ok_or_else(|| self.error())?;
                value
            }
            _ => self.operand()?,
        };
        self.depth -= 1;
        Ok(result)
    }

    /// A number or a variable.
    fn operand(&mut self) -> Result<i64, String> {
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let length = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(length);
        if word.is_empty() {
            return Err(self.error());
        }
        self.rest = rest;
        if word.starts_with(|c: char| c.is_ascii_digit()) {
            return word
                .parse()
                .map_err(|_| format!("value too great for base (error token is \"{word}\")"));
        }
        Ok((self.value)(word).trim().parse().unwrap_or(0))
    }
}

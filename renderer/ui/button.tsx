import type { ButtonHTMLAttributes } from 'react';
import './button.css';

export type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & {
  tone?: 'plain' | 'primary' | 'danger' | 'quiet';
  large?: boolean;
};

export const Button = ({ tone = 'plain', large = false, className = '', ...rest }: ButtonProps) => (
  <button type="button" className={`button button-${tone} ${large ? 'button-large' : ''} ${className}`} {...rest} />
);
